/** An error that is reported to the user of the bench in one line. */
export class BenchError extends Error {
  override readonly name = 'BenchError';
}
