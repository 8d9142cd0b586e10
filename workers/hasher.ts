/** Entry of the thread that hash what goes to the writer. */
import { parentPort, workerData } from 'node:worker_threads';
import { serveHashes } from '../src/threads/hash-along.js';

if (parentPort !== null) serveHashes(parentPort, workerData);
