/**
 * The most bytes that a compressed block may have. Both formats store what does not compress, with a few bytes to each
 * 16 KiB or more (RFC 1951, 3.2.4; RFC 8878, 3.1.1.2); this leaves room to spare.
 */
export function compressedBound(size: number): number {
  return size + Math.ceil(size / 64) + 1024;
}
