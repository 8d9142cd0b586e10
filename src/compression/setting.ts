import { LayerstreamError } from '../ground/errors.js';
import type { CompressionKind } from './kind.js';
import { zstdBinding } from './zstd.js';

/** Plain data, so that it can be sent to a worker. */
export type CompressionSetting = { readonly kind: 'none' } | CodecSetting;

export interface CodecSetting {
  readonly kind: Exclude<CompressionKind, 'none'>;
  readonly level: number;
}

/** Levels of zstd above 19 need hundreds of megabytes for each thread. */
const LEVELS = {
  gzip: { least: 1, most: 9, usual: 6 },
  zstd: { least: 1, most: 19, usual: 3 },
} as const;

const SETTING = /^(none|gzip|zstd)(?::([1-9]\d*))?$/;

/**
 * Reads `none`, `gzip` or `zstd`; the last two may have a level, as in `gzip:9`.
 *
 * @throws {LayerstreamError} `USAGE` for any other text, and for zstd if this Node.js has none.
 */
export function parseCompression(text: string): CompressionSetting {
  const [, kind, digits] = SETTING.exec(text) ?? [];
  if (kind === 'none' && digits === undefined) return { kind };
  if (kind !== 'gzip' && kind !== 'zstd') throw unknownCompression(text);
  const { least, most, usual } = LEVELS[kind];
  const level = digits === undefined ? usual : Number(digits);
  if (level < least || level > most) throw unknownCompression(text);
  if (kind === 'zstd') zstdBinding();
  return { kind, level };
}

function unknownCompression(text: string): LayerstreamError {
  const { gzip, zstd } = LEVELS;
  return new LayerstreamError('USAGE', `unknown compression ${JSON.stringify(text)}`, {
    hint:
      `It is none, gzip or zstd, the latter two with a level if you like: gzip:${gzip.least} to gzip:${gzip.most} ` +
      `(gzip alone is gzip:${gzip.usual}), zstd:${zstd.least} to zstd:${zstd.most} (zstd alone is zstd:${zstd.usual}).`,
  });
}
