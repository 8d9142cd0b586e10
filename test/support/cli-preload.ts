/**
 * Loaded into every thread of the program under test (`NODE_OPTIONS=--import`): makes a thread die, or hold still, at
 * a chosen moment.
 */
import fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import { basename } from 'node:path';
import { isMainThread } from 'node:worker_threads';
import { CONTROL, type Fault, HELD } from './cli-fault.js';

const { LAYERSTREAM_TEST_FAULT = 'null' } = process.env;
const fault: Fault | null = JSON.parse(LAYERSTREAM_TEST_FAULT);

function thisThread(): Fault['thread'] {
  if (isMainThread) return 'main';
  switch (basename(process.argv[1] ?? '')) {
    case 'reader.cjs':
      return 'reader';
    case 'hasher.cjs':
      return 'hasher';
    default:
      return 'pool';
  }
}

function act(kind: Fault['act']): void {
  switch (kind) {
    case 'hold':
      fs.writeSync(CONTROL, HELD);
      // Blocks this thread until the test writes, or closes its end.
      fs.readSync(CONTROL, Buffer.alloc(1));
      return;
    case 'throw':
      setImmediate(() => {
        throw new Error('thrown by the test');
      });
      return;
    case 'fill-memory':
      for (const all: unknown[] = []; ; ) all.push(Array.from({ length: 1000 }, () => ({})));
    case 'exit':
      process.exit(0);
  }
}

if (fault !== null && fault.thread === thisThread()) {
  const { at, act: kind } = fault;
  if (at === 'start') act(kind);
  let done = false;
  const open = fs.openSync;
  fs.openSync = (path, ...rest) => {
    if (!done && String(path).includes(at)) {
      done = true;
      act(kind);
    }
    return open(path, ...rest);
  };
  syncBuiltinESMExports();
}
