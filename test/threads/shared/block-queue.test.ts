import assert from 'node:assert/strict';
import { once } from 'node:events';
import { test } from 'node:test';
import { Worker } from 'node:worker_threads';
import {
  type BlockQueueMemory,
  closeBlockQueue,
  makeBlockQueue,
  QueueLead,
  QueueMember,
} from '../../../src/threads/shared/block-queue.js';
import { makeSlotArena } from '../../../src/threads/shared/slot-arena.js';
import { ENDS_A_HANG } from '../../support/hang.js';

test('blocks are taken in the order in which they were filled, whichever is finished first', () => {
  const memory = makeQueue(3);
  const [lead, member] = [new QueueLead(memory), new QueueMember(memory)];
  for (const text of ['one', 'two']) fill(lead, text);
  const [one = assert.fail(), two = assert.fail()] = [member.claim(), lead.claim()];
  assert.deepEqual([one.index, one.length, two.index, two.length], [0, 3, 1, 3]);
  assert.equal(Buffer.from(two.slot.subarray(0, two.length)).toString(), 'two');
  two.finish(Buffer.from('TWO'));
  assert.equal(lead.finished(), undefined);
  one.finish(Buffer.from('O'));
  assert.deepEqual([takeText(lead), takeText(lead)], ['O', 'TWO']);
  assert.ok(lead.isEmpty);
});

test('there is room only for as many blocks as there are slots, until one is taken', () => {
  const memory = makeQueue(2);
  const lead = new QueueLead(memory);
  for (const text of ['one', 'two']) fill(lead, text);
  lead.claim()?.finish(Buffer.from('1'));
  assert.equal(lead.room(), undefined);
  assert.equal(takeText(lead), '1');
  fill(lead, 'three');
  assert.equal(lead.finished(), undefined);
  assert.equal(lead.room(), undefined);
  assert.equal(lead.isEmpty, false);
});

test('a lead that is alone has one slot, and two more for each helper that comes', () => {
  const memory = makeBlockQueue(slot(), makeSlotArena(10, 32));
  const lead = new QueueLead(memory);
  fill(lead, 'own');
  for (const helper of ['first', 'second']) {
    assert.equal(lead.room(), undefined);
    new QueueMember(memory).join();
    for (let i = 0; i < (helper === 'first' ? 3 : 2); i++) fill(lead, `${helper} ${i}`);
  }
  assert.equal(lead.room(), undefined);
  const texts: string[] = [];
  for (let block = lead.claim(); block !== undefined; block = lead.claim()) {
    block.finish(block.slot.slice(0, block.length));
    texts.push(takeText(lead));
  }
  assert.deepEqual(texts, ['own', 'first 0', 'first 1', 'first 2', 'second 0', 'second 1']);
  assert.deepEqual([...memory.arena.taken], Array(10).fill(0));
});

test('leads share an arena: each goes on with its own slot while the other one has all of it', () => {
  const arena = makeSlotArena(2, 32);
  const [greedy, late] = [slot(), slot()].map((own) => {
    const memory = makeBlockQueue(own, arena);
    for (let i = 0; i < 5; i++) new QueueMember(memory).join();
    return new QueueLead(memory);
  });
  if (greedy === undefined || late === undefined) return assert.fail();
  for (const text of ['a', 'b', 'c']) fill(greedy, text);
  assert.equal(greedy.room(), undefined);
  for (const text of ['x', 'y']) {
    fill(late, text);
    assert.equal(late.room(), undefined);
    late.claim()?.finish(Buffer.from(text));
    assert.equal(takeText(late), text);
  }
  for (const text of ['A', 'B']) {
    greedy.claim()?.finish(Buffer.from(text));
    assert.equal(takeText(greedy), text);
  }
  assert.ok(late.room());
  fill(late, 'z');
  assert.ok(late.room());
  late.complete();
  assert.equal(late.isComplete, true);
  // The slot that was not filled is given back.
  assert.ok(greedy.room());
});

test('what changes after a look ends the wait, though it came before', ENDS_A_HANG, () => {
  const memory = makeQueue(1);
  const [lead, member] = [new QueueLead(memory), new QueueMember(memory)];
  for (const change of [() => fill(lead, 'x'), () => lead.claim()?.finish(Buffer.from('y'))]) {
    member.look();
    change();
    member.wait();
  }
  member.look();
  closeBlockQueue(memory);
  member.wait();
  assert.ok(member.isClosed);
  assert.ok(lead.isClosed);
});

test('threads share the blocks of a lead: each block is claimed once, and none is lost', ENDS_A_HANG, async () => {
  const COUNT = 500;
  const memory = makeQueue(4);
  const helpers = [startMember(memory, HELP), startMember(memory, HELP)];
  const claims = helpers.map((helper) => once(helper, 'message'));
  const lead = startMember(memory, `const count = ${COUNT}; ${LEAD}`);
  const [texts] = await once(lead, 'message');
  assert.deepEqual(
    texts,
    Array.from({ length: COUNT }, (_, i) => `block ${i} done`),
  );
  closeBlockQueue(memory);
  const helped: unknown[] = (await Promise.all(claims)).flatMap(([indices]) => indices);
  assert.equal(new Set(helped).size, helped.length);
});

/** Finishes all blocks that it claims, until the queue is closed. */
const HELP = `
  const member = new QueueMember(workerData);
  const indices = [];
  while (!member.isClosed) {
    member.look();
    const block = member.claim();
    if (block === undefined) { if (!member.isClosed) member.wait(); continue; }
    indices.push(block.index);
    block.finish(Buffer.concat([block.slot.subarray(0, block.length), Buffer.from(' done')]));
  }
  parentPort.postMessage(indices);
`;

/** Fills blocks and takes them, and leaves all work to the others. */
const LEAD = `
  const lead = new QueueLead(workerData);
  const texts = [];
  let filled = 0;
  while (texts.length < count) {
    lead.look();
    const done = lead.finished();
    const room = filled < count ? lead.room() : undefined;
    if (done !== undefined) { texts.push(Buffer.from(done).toString()); lead.taken(); }
    else if (room !== undefined) { lead.filled(Buffer.from(room.buffer).write('block ' + filled++)); }
    else lead.wait();
  }
  parentPort.postMessage(texts);
`;

function startMember(workerData: BlockQueueMemory, code: string): Worker {
  const url = new URL('../../../src/threads/shared/block-queue.js', import.meta.url).href;
  const module = `
    import { parentPort, workerData } from 'node:worker_threads';
    import { QueueLead, QueueMember } from ${JSON.stringify(url)};
    ${code}
  `;
  return new Worker(new URL(`data:text/javascript,${encodeURIComponent(module)}`), { workerData });
}

/** Of a team that is never without slots for want of helpers. */
function makeQueue(slots: number): BlockQueueMemory {
  const memory = makeBlockQueue(slot(), makeSlotArena(slots - 1, 32));
  for (let i = 0; i < slots; i++) new QueueMember(memory).join();
  return memory;
}

function slot(): Uint8Array {
  return new Uint8Array(new SharedArrayBuffer(32));
}

function fill(lead: QueueLead, text: string): void {
  const room = lead.room() ?? assert.fail('no room');
  room.set(Buffer.from(text));
  lead.filled(text.length);
}

function takeText(lead: QueueLead): string {
  const text = Buffer.from(lead.finished() ?? assert.fail('not finished')).toString();
  lead.taken();
  return text;
}
