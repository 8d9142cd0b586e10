import assert from 'node:assert/strict';

/** Checks a document against the Trace Event Format, for each kind of event that is used. */
export function assertTrace(document: unknown): void {
  const { traceEvents, displayTimeUnit, otherData } = asObject(document);
  assert(displayTimeUnit === 'ms' || displayTimeUnit === 'ns');
  asObject(otherData);
  assert(Array.isArray(traceEvents) && traceEvents.length > 0);
  let first = Number.POSITIVE_INFINITY;
  for (const found of traceEvents) {
    const event = asObject(found);
    const { ph, name, pid, tid, ts, dur, cat, args: given } = event;
    const args = asObject(given);
    const { sort_index, name: shown } = args;
    const text = JSON.stringify(event);
    assert(typeof name === 'string' && name !== '', text);
    assert(Number.isInteger(pid) && Number.isInteger(tid), text);
    switch (ph) {
      case 'X':
        assert(typeof cat === 'string' && isTime(dur), text);
        break;
      case 'C':
        for (const value of Object.values(args)) assert(typeof value === 'number', text);
        break;
      case 'M':
        if (name === 'thread_sort_index') assert(Number.isInteger(sort_index), text);
        else assert((name === 'thread_name' || name === 'process_name') && typeof shown === 'string', text);
        continue;
      default:
        assert.fail(`an unknown phase: ${text}`);
    }
    assert(isTime(ts), text);
    first = Math.min(first, ts);
  }
  assert.equal(first, 0, 'times count from the first event');
}

function isTime(value: unknown): value is number {
  return typeof value === 'number' && Number.isFinite(value) && value >= 0;
}

function asObject(value: unknown): Record<string, unknown> {
  assert(typeof value === 'object' && value !== null && !Array.isArray(value), `no object: ${JSON.stringify(value)}`);
  return value as Record<string, unknown>;
}
