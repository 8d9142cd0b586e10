/** A reporter of `node --test` that writes a line for each test that passed or was skipped. */
import type { TestEvent } from 'node:test/reporters';
import { formatOutcome } from './outcome.js';

export default async function* report(events: AsyncIterable<TestEvent>): AsyncGenerator<string> {
  for await (const { type, data } of events) {
    if (type !== 'test:pass') continue;
    const { file = '', name, skip } = data;
    const skipped = skip === undefined || skip === false ? undefined : skip === true ? 'no reason is given' : skip;
    yield formatOutcome({ file, name, skipped });
  }
}
