import type { TestContext } from 'node:test';

/** What `act` writes to standard error. */
export function stderrOf(t: TestContext, act: () => void): string {
  let text = '';
  const { mock } = t.mock.method(process.stderr, 'write', (chunk: string) => {
    text += chunk;
    return true;
  });
  try {
    act();
  } finally {
    mock.restore();
  }
  return text;
}
