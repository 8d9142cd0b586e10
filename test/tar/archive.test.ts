import assert from 'node:assert/strict';
import { buffer } from 'node:stream/consumers';
import { type TestContext, test } from 'node:test';
import { extract, type Header, pack } from 'tar-stream';
import { ArchiveWriter } from '../../src/tar/archive.js';
import { streamOf } from '../support/archives.js';
import { Collected } from '../support/collected.js';
import { ENDS_A_HANG } from '../support/hang.js';

test('entries come out as they went in, with nothing of this machine', async () => {
  const target = new Collected();
  const archive = new ArchiveWriter(target, { time: 7 });
  await archive.entry({ name: 'a/layer.tar', size: 1000 }, async (to) => {
    await to.write(Buffer.alloc(600, 'x'));
    await to.write(Buffer.alloc(0));
    await to.write(Buffer.alloc(400, 'y'));
  });
  await archive.file('b.json', Buffer.from('{}'));
  await archive.file('empty', Buffer.alloc(0));
  await archive.close();

  const [layer, document, empty, ...rest] = await readBack(target.bytes);
  assert.deepEqual(rest, []);
  assert.equal(layer?.body.toString(), 'x'.repeat(600) + 'y'.repeat(400));
  assert.equal(document?.body.toString(), '{}');
  assert.equal(empty?.body.length, 0);
  const { name, type, mode, uid, gid, uname, gname, mtime } = layer?.header ?? {};
  assert.deepEqual(
    { name, type, mode, uid, gid, uname, gname, mtime },
    { name: 'a/layer.tar', type: 'file', mode: 0o644, uid: 0, gid: 0, uname: '', gname: '', mtime: new Date(7000) },
  );
});

test('the same entries give the same bytes', async () => {
  const write = async () => {
    const target = new Collected();
    const archive = new ArchiveWriter(target, { time: 1 });
    await archive.file('x', Buffer.from('text'));
    await archive.close();
    return target.bytes;
  };
  assert.ok((await write()).equals(await write()));
});

test('times that a header cannot hold go into a record', async () => {
  for (const time of [-1, 2 ** 31 - 1, 2 ** 31, 2 ** 40, -62135596800]) {
    const target = new Collected();
    const archive = new ArchiveWriter(target, { time });
    await archive.file('x', Buffer.alloc(0));
    await archive.close();
    const [entry] = await readBack(target.bytes);
    const records = new Map(Object.entries(entry?.header.pax ?? {}));
    const found = records.get('mtime') ?? Number(entry?.header.mtime) / 1000;
    assert.equal(Number(found), time);
  }
});

test('a write resolves only when the target has taken the bytes, so that one buffer is enough', async () => {
  const target = new Collected();
  const archive = new ArchiveWriter(target, { time: 0 });
  const chunk = Buffer.alloc(100_000);
  await archive.entry({ name: 'x', size: 10 * chunk.length }, async (to) => {
    for (let i = 0; i < 10; i++) await to.write(chunk.fill(0x30 + i));
  });
  await archive.close();
  const [entry] = await readBack(target.bytes);
  assert.equal(entry?.body.toString('latin1').replace(/(.)\1*/g, '$1'), '0123456789');
});

test('the target gets one chunk at a time', async () => {
  let busy = false;
  const archive = new ArchiveWriter(
    {
      async write() {
        assert.equal(busy, false);
        busy = true;
        await new Promise<void>((resolve) => setImmediate(resolve));
        busy = false;
      },
    },
    { time: 0 },
  );
  await archive.file('x', Buffer.alloc(100_000));
  await archive.file('y', Buffer.alloc(100_000));
  await archive.close();
});

/** What a release of tar-stream may do with the chunks that it gets. */
const PASSED_ON: Readonly<Record<string, (bytes: Uint8Array) => Uint8Array[]>> = {
  copied: (bytes) => [Uint8Array.from(bytes)],
  'split into small pieces': (bytes) =>
    Array.from({ length: Math.ceil(bytes.length / 200) }, (_, i) => bytes.slice(200 * i, 200 * (i + 1))),
};

for (const [how, passOn] of Object.entries(PASSED_ON)) {
  test(`a write resolves if the chunks are ${how} on their way`, ENDS_A_HANG, async (t) => {
    for (const time of [0, -1]) {
      const plain = await writeSomeEntries(time);
      mockPush(t, passOn);
      assert.ok((await writeSomeEntries(time)).equals(plain));
      t.mock.restoreAll();
    }
  });
}

/** Writes from one buffer, which is filled again after each write. */
async function writeSomeEntries(time: number): Promise<Buffer> {
  const target = new Collected();
  const archive = new ArchiveWriter(target, { time });
  const chunk = Buffer.alloc(1000);
  await archive.entry({ name: 'long/'.repeat(30), size: 3000 }, async (to) => {
    for (let i = 0; i < 3; i++) await to.write(chunk.fill(i + 1));
  });
  await archive.file('short', Buffer.from('text'));
  await archive.close();
  return target.bytes;
}

/** Changes how the stream of all archives hands on its bytes. */
function mockPush(t: TestContext, passOn: (bytes: Uint8Array) => Uint8Array[]): void {
  const readable: { push(bytes: Uint8Array | null): boolean } = Object.getPrototypeOf(pack());
  const { push } = readable;
  t.mock.method(readable, 'push', function (this: unknown, bytes: Uint8Array | null): boolean {
    const pushed = (bytes === null ? [null] : passOn(bytes)).map((part) => push.call(this, part));
    return pushed.every((hasRoom) => hasRoom);
  });
}

test('a failure of the target, wherever it comes, is that of the entry, of all after it and of the end', async () => {
  for (const goodWrites of [0, 1, 2]) {
    const failure = new Error('no room');
    let writes = 0;
    const archive = new ArchiveWriter(
      {
        write: async () => {
          if (writes++ >= goodWrites) throw failure;
        },
      },
      { time: 0 },
    );
    const adding = archive.entry({ name: 'x', size: 1024 }, async (target) => {
      for (const _ of [1, 2]) await target.write(Buffer.alloc(512));
    });
    await assert.rejects(adding, failure);
    await assert.rejects(archive.file('y', Buffer.from('text')), failure);
    await assert.rejects(archive.close(), failure);
    archive.abort();
  }
});

test('a failure to make a body is passed on as it is', async () => {
  const failure = new Error('gone');
  const archive = new ArchiveWriter(new Collected(), { time: 0 });
  await assert.rejects(
    archive.entry({ name: 'x', size: 1024 }, async (to) => {
      await to.write(Buffer.alloc(512));
      throw failure;
    }),
    failure,
  );
  archive.abort();
});

test('a body that does not have the announced size is an error', async () => {
  for (const length of [999, 1001]) {
    const archive = new ArchiveWriter(new Collected(), { time: 0 });
    await assert.rejects(
      archive.entry({ name: 'x', size: 1000 }, (to) => to.write(Buffer.alloc(length))),
      /size/i,
    );
    archive.abort();
  }
});

async function readBack(bytes: Buffer): Promise<{ header: Header; body: Buffer }[]> {
  const entries: { header: Header; body: Buffer }[] = [];
  for await (const entry of streamOf(bytes).pipe(extract())) {
    entries.push({ header: entry.header, body: await buffer(entry as AsyncIterable<Uint8Array>) });
  }
  return entries;
}
