import { type ConfIssue, LayerstreamError } from '../ground/errors.js';
import { formatCount } from '../ground/format.js';
import { JsonSyntaxError, parseJson } from '../ground/json/parse.js';
import { isJsonObject, type JsonObject, type JsonValue, toPlain } from '../ground/json/value.js';
import { printable } from '../ground/printable.js';
import type { Conf, Ownership, ParsedConf } from './model.js';
import { mergedEnvFaults, runConfigFaults } from './run-config.js';
import { type CurrentKind, checkShape, jsonIssue, type RawConf, unknownKeys } from './schema.js';
import { DEFAULT_STORE_DIR } from './store-path.js';
import { type Instant, parseInstant } from './time.js';

export interface ParseOptions {
  /** Takes the place of the conf's `repo_tag`. */
  readonly repoTag?: string | undefined;
  /** How the conf is named in messages; a path, as a rule. */
  readonly source?: string | undefined;
  /** Microseconds since the epoch, for `now`. */
  readonly now?: (() => number) | undefined;
}

/**
 * Parses a conf of either kind. Looks at the text alone; what it names on disk is checked when a build begins.
 *
 * @throws {LayerstreamError} `CONF_INVALID`, with all faults in `issues`.
 */
export function parseConf(text: string | Uint8Array, options: ParseOptions = {}): ParsedConf {
  const source = options.source ?? 'conf';
  const tree = readTree(text, source);
  if (!isJsonObject(tree)) throw invalid(source, [jsonIssue('', 'an object', tree)]);

  const raw = plainFields(tree);
  const shape = checkShape(raw);
  const issues: ConfIssue[] = [...('issues' in shape ? shape.issues : []), ...checkConfig(tree)];
  if ('issues' in shape || issues.length > 0) throw invalid(source, issues);

  const now = fixedClock(options.now ?? microsecondsNow);
  const conf = buildConf(shape, { tree, repoTag: options.repoTag, now });
  return { conf, warnings: [...unknownKeys(raw).map((key) => `unknown key ${JSON.stringify(key)}`), ...refused(conf)] };
}

/** What stands in `config` as nixpkgs would write it, too, but no client takes. */
function refused({ config }: Conf): string[] {
  return runConfigFaults(config).map(
    ({ place, message }) => `config.${place}: ${message}; clients such as Podman refuse the image`,
  );
}

/** The error for a conf with these faults. */
export function invalid(source: string, issues: readonly ConfIssue[], hint?: string): LayerstreamError {
  const lines = issues.map(({ place, message }) => printable(place === '' ? message : `${place}: ${message}`));
  const message =
    lines.length === 1
      ? `${printable(source)}: ${lines[0]}`
      : `${printable(source)}: ${formatCount(lines.length, 'fault')}\n  ${lines.join('\n  ')}`;
  return new LayerstreamError('CONF_INVALID', message, { issues, hint });
}

function readTree(text: string | Uint8Array, source: string): JsonValue {
  try {
    return parseJson(
      typeof text === 'string' ? text : new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(text),
    );
  } catch (error) {
    const reason = error instanceof JsonSyntaxError ? `not JSON: ${error.message}` : 'not JSON: not UTF-8 text';
    throw invalid(source, [{ place: '', message: reason }]);
  }
}

/** All fields but `config`, which zod must not see: it would reorder keys. */
function plainFields(tree: JsonObject): Record<string, unknown> {
  const fields: Record<string, unknown> = {};
  for (const [key, value] of tree) {
    const plain = key === 'config' ? true : toPlain(value);
    Object.defineProperty(fields, key, { value: plain, enumerable: true });
  }
  return fields;
}

function checkConfig(tree: JsonObject): ConfIssue[] {
  const config = tree.get('config');
  if (config === null) return [];
  if (!isJsonObject(config)) return [jsonIssue('config', 'an object', config)];
  const env = config.get('Env');
  const merges = tree.get('from_image') ?? null;
  return merges === null || env === undefined || env === null ? [] : mergedEnvFaults(env, 'config.Env');
}

interface BuildContext {
  readonly tree: JsonObject;
  readonly repoTag: string | undefined;
  readonly now: () => number;
}

function buildConf(raw: RawConf, context: BuildContext): Conf {
  const { fields } = raw;
  const config = context.tree.get('config');
  const shared = {
    architecture: fields.architecture,
    ...(fields.variant ? { variant: fields.variant } : {}),
    config: isJsonObject(config) ? config : null,
    repoTag: context.repoTag ?? fields.repo_tag,
    storeLayers: fields.store_layers,
  };
  if (raw.kind === 'first') {
    return {
      ...shared,
      created: fields.created === 'now' ? readTime(fields.created, context).iso : fields.created,
      storeDir: DEFAULT_STORE_DIR,
      customisation: { kind: 'tree', path: fields.customisation_layer },
      fromImage: undefined,
      ownership: { kind: 'from-files' },
      archiveTime: 0,
    };
  }
  const created = readTime(fields.created, context);
  const mtime = raw.fields.mtime === undefined ? created : readTime(raw.fields.mtime, context);
  return {
    ...shared,
    created: created.iso,
    storeDir: raw.fields.store_dir ?? DEFAULT_STORE_DIR,
    customisation: { kind: 'tar', path: fields.customisation_layer },
    fromImage: raw.fields.from_image ?? undefined,
    ownership: fixedOwnership(raw.fields, mtime),
    archiveTime: mtime.seconds,
  };
}

/** What an older nixpkgs left out is filled in as it did it. */
function fixedOwnership(fields: CurrentKind, mtime: Instant): Ownership {
  return {
    kind: 'fixed',
    mtime: mtime.seconds,
    uid: fields.uid ?? 0,
    gid: fields.gid ?? 0,
    uname: fields.uname ?? 'root',
    gname: fields.gname ?? 'root',
  };
}

/** The schema has let only times through. */
function readTime(text: string, context: BuildContext): Instant {
  const instant = parseInstant(text, context.now);
  if ('expected' in instant) throw new TypeError(`expected ${instant.expected}, found ${text}`);
  return instant;
}

function microsecondsNow(): number {
  return Math.floor((performance.timeOrigin + performance.now()) * 1000);
}

/** `created` and `mtime` that both say `now` are one time. */
function fixedClock(now: () => number): () => number {
  let time: number | undefined;
  return () => {
    time ??= now();
    return time;
  };
}
