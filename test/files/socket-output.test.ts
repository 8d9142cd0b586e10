import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { test } from 'node:test';
import { SocketOutput } from '../../src/files/socket-output.js';
import { withTempDir } from '../support/temp-dir.js';

/** Both ends of a connection; the reader reads nothing by itself. */
async function withSockets(action: (ends: { writer: Socket; reader: Socket }) => Promise<void>): Promise<void> {
  await withTempDir(async (directory) => {
    const path = join(directory, 'socket');
    const server = createServer({ pauseOnConnect: true }).listen(path);
    await once(server, 'listening');
    const accepted = new Promise<Socket>((resolve) => server.once('connection', resolve));
    const writer = connect(path);
    const reader = await accepted;
    try {
      await action({ writer, reader });
    } finally {
      writer.destroy();
      reader.destroy();
      server.close();
    }
  });
}

test('a socket gets all that is written, and then its end', () =>
  withSockets(async ({ writer, reader }) => {
    const output = new SocketOutput(writer, 'x');
    const read = buffer(reader);
    await output.write(Buffer.alloc(1_000_000, 'one'));
    await output.write(Buffer.from('two'));
    await output.commit();
    assert.ok((await read).equals(Buffer.concat([Buffer.alloc(1_000_000, 'one'), Buffer.from('two')])));
  }));

test('a reader that went away after the last write is reported', () =>
  withSockets(async ({ writer, reader }) => {
    const output = new SocketOutput(writer, 'x');
    await output.write(Buffer.from('never read'));
    reader.destroy();
    await once(reader, 'close');
    await assert.rejects(output.commit(), { code: 'OUTPUT_CLOSED', message: 'the reader of x went away' });
  }));

test('a failure of the socket between two calls is reported by all that follow', () =>
  withSockets(async ({ writer }) => {
    const output = new SocketOutput(writer, 'x');
    await output.write(Buffer.from('first'));
    writer.destroy(Object.assign(new Error('read ECONNRESET'), { code: 'ECONNRESET' }));
    await once(writer, 'error');
    await assert.rejects(output.write(Buffer.from('second')), { code: 'OUTPUT_CLOSED' });
    await assert.rejects(output.commit(), { code: 'OUTPUT_CLOSED' });
  }));

test('a socket that is aborted is closed', () =>
  withSockets(async ({ writer }) => {
    new SocketOutput(writer, 'x').abort();
    assert.equal(writer.destroyed, true);
  }));
