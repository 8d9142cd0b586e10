/** What is measured of a closure; each subject's contenders take turns among themselves. */
export const SUBJECTS = ['streams', 'layouts', 'compression', 'second'] as const;

export type Subject = (typeof SUBJECTS)[number];

/** Compressing takes far longer than all the rest. */
export const DEFAULT_SUBJECTS: readonly Subject[] = ['streams', 'layouts', 'second'];
