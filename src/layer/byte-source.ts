/** Gives the bytes of a layer, or of a range of it. */
export interface ByteSource {
  /**
   * Fills `target` from its start with the next bytes of the layer, and returns how many; fewer than fit only at the
   * end, then 0. `target` is a whole number of blocks long.
   *
   * @throws {LayerstreamError} `PATH_CHANGED` or `READ_FAILED`, naming the file.
   */
  read(target: Uint8Array): number;
  /** The first file met whose size and inode are as they were listed, but whose ctime is not. */
  readonly touched: string | undefined;
  /** Closes what is open. May be called at any time, and twice. */
  close(): void;
}
