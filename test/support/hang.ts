/** Options of a test of something that may hang: the limit lies far beyond what a busy machine takes. */
export const ENDS_A_HANG = { timeout: 600_000 } as const;
