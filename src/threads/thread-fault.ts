import { LayerstreamError, systemCode } from '../ground/errors.js';

/** Node.js's code of a thread that could not be started; the message ends with the system's code. */
const START_FAILED = 'ERR_WORKER_INIT_FAILED';

/** What the system's codes mean here, and what to do. */
const REASONS: Readonly<Record<string, readonly [reason: string, hint: string]>> = {
  EAGAIN: [
    'the limit on threads is reached',
    "Allow more (`ulimit -u`, systemd's TasksMax, a container's limit on processes), or lower --workers.",
  ],
  ENOMEM: ['there is too little memory', 'Allow more (`ulimit -v`), or lower --workers.'],
  EMFILE: ['the limit on open files is reached', 'Allow more (`ulimit -n`), or lower --workers.'],
  ENFILE: ['the machine has too many open files', 'Close some, or lower --workers.'],
};

/** Whether a thread did not come to life, rather than died. */
export function isStartFailure(error: unknown): boolean {
  return systemCode(error) === START_FAILED;
}

/** The error for a thread that could not be started, or that died. `name` is for messages. */
export function threadFault(name: string, error: unknown): LayerstreamError {
  if (error instanceof LayerstreamError) return error;
  const reason = error instanceof Error ? error.message : String(error);
  if (!isStartFailure(error)) {
    return new LayerstreamError('WORKER_DIED', `${name} died: ${reason}`, { cause: error });
  }
  const [words, hint] = REASONS[/E[A-Z]+$/.exec(reason)?.[0] ?? ''] ?? [
    reason,
    'See the limits of this process (`ulimit -a`), or lower --workers.',
  ];
  return new LayerstreamError('THREADS_UNAVAILABLE', `${name} cannot be started: ${words}`, { hint, cause: error });
}
