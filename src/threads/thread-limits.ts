import type { ResourceLimits } from 'node:worker_threads';

/**
 * Entries live for an instant, so a thread's young generation can be small: with V8's default each thread would let
 * tens of megabytes of them pile up before it looks.
 */
export const THREAD_LIMITS: ResourceLimits = { maxYoungGenerationSizeMb: 4 };
