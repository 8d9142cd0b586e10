/** How a test or a suite ended, as a line of JSON. */
export interface Outcome {
  readonly file: string;
  readonly name: string;
  /** Why it did not run; undefined if it did. */
  readonly skipped?: string | undefined;
}

export function formatOutcome(outcome: Outcome): string {
  return `${JSON.stringify(outcome)}\n`;
}

export function readOutcomes(text: string): Outcome[] {
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line): Outcome => JSON.parse(line));
}
