/** What a user of the bench is told in one line. */
export class BenchError extends Error {
  override readonly name = 'BenchError';
}
