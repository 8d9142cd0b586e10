/**
 * Every failure that layerstream foresees, as one class with a stable code.
 *
 * Errors cross threads as plain data (`toPlainError`, `fromPlainError`): structured clone keeps neither class nor
 * own fields of an Error.
 */

/** What went wrong, for programs. The codes are part of the public API. */
export type ErrorCode =
  /** Wrong command-line arguments. */
  | 'USAGE'
  /** The conf cannot be read, is no JSON, or says what cannot be built. */
  | 'CONF_INVALID'
  /** The base image or customisation layer named by the conf, or what to verify, is malformed or of an unsupported kind. */
  | 'INPUT_INVALID'
  /** A store path holds what no store can hold: a device, a fifo or a socket. */
  | 'FILE_UNSUPPORTED'
  /** A file could not be read. */
  | 'READ_FAILED'
  /** A file changed or vanished while the image was being built. */
  | 'PATH_CHANGED'
  /** What a layer is made of is not here: the layer is only described. */
  | 'PATH_MISSING'
  /** Bytes do not have the digest that was announced for them. */
  | 'DIGEST_MISMATCH'
  /** A text is no description of an image, or one of another version. */
  | 'DESCRIPTION_INVALID'
  /** An archive to verify is broken beyond reading. */
  | 'ARCHIVE_INVALID'
  /** A directory is no OCI image layout, or one that cannot be read. */
  | 'LAYOUT_INVALID'
  /** Another process holds an OCI image layout for too long. */
  | 'LAYOUT_BUSY'
  /** The output could not be written. */
  | 'WRITE_FAILED'
  /** The reader of the output went away. */
  | 'OUTPUT_CLOSED'
  /** A thread that is needed cannot be started: a limit of the system. */
  | 'THREADS_UNAVAILABLE'
  /** A worker thread ended without an answer. */
  | 'WORKER_DIED'
  /** The caller's AbortSignal fired. */
  | 'ABORTED'
  /** None of the above: a fault of layerstream itself. */
  | 'INTERNAL';

/** One fault found in a conf, or in a description: its place (`store_layers[3][0]`), and what is wrong with it. */
export interface ConfIssue {
  readonly place: string;
  readonly message: string;
}

export interface ErrorDetails {
  /** What the reader can do about it. */
  readonly hint?: string | undefined;
  /** The file that the error is about. */
  readonly path?: string | undefined;
  /** All faults, for `CONF_INVALID` and `DESCRIPTION_INVALID`. */
  readonly issues?: readonly ConfIssue[] | undefined;
  readonly cause?: unknown;
}

const TOO_MANY_OPEN = /\bEMFILE: /;

export class LayerstreamError extends Error {
  override readonly name = 'LayerstreamError';
  readonly code: ErrorCode;
  readonly hint: string | undefined;
  readonly path: string | undefined;
  readonly issues: readonly ConfIssue[];

  constructor(code: ErrorCode, message: string, details: ErrorDetails = {}) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
    this.code = code;
    // Whatever was to be opened, it is not to blame.
    this.hint = TOO_MANY_OPEN.test(message) ? 'Allow more open files (`ulimit -n`).' : details.hint;
    this.path = details.path;
    this.issues = details.issues ?? [];
  }
}

/** An error as data that structured clone keeps whole. */
export interface PlainError {
  readonly code: ErrorCode;
  readonly message: string;
  readonly hint: string | undefined;
  readonly path: string | undefined;
  readonly issues: readonly ConfIssue[];
  readonly cause: string | undefined;
}

export function toPlainError(error: unknown): PlainError {
  const known = toLayerstreamError(error);
  return {
    code: known.code,
    message: known.message,
    hint: known.hint,
    path: known.path,
    issues: known.issues,
    cause: known.cause === undefined ? undefined : describeCause(known.cause),
  };
}

export function fromPlainError(plain: PlainError): LayerstreamError {
  return new LayerstreamError(plain.code, plain.message, plain);
}

/** Gives unforeseen errors the code `INTERNAL`; leaves ours as they are. */
export function toLayerstreamError(error: unknown): LayerstreamError {
  if (error instanceof LayerstreamError) return error;
  const message = error instanceof Error ? error.message : String(error);
  return new LayerstreamError('INTERNAL', message, { cause: error });
}

/** The `code` of a system error (`ENOENT`), if it is one. */
export function systemCode(error: unknown): string | undefined {
  if (!(error instanceof Error) || !('code' in error)) return undefined;
  return typeof error.code === 'string' ? error.code : undefined;
}

/** A system error's cause in the words of the system, without Node's repetition of the path. */
export function systemReason(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  return message.replace(/, \w+(?: '.*')?$/su, '');
}

function describeCause(cause: unknown): string {
  return cause instanceof Error ? (cause.stack ?? cause.message) : String(cause);
}
