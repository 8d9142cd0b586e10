/** What is measured of a closure. The contenders of each subject take turns. */
export const SUBJECTS = ['streams', 'layouts', 'compression', 'second'] as const;

export type Subject = (typeof SUBJECTS)[number];

/** Compression is left out: it takes far longer than all the rest. */
export const DEFAULT_SUBJECTS: readonly Subject[] = ['streams', 'layouts', 'second'];
