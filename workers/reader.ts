/** Entry of the thread that reads ahead of the writer. */
import { parentPort, workerData } from 'node:worker_threads';
import { serveReads } from '../src/threads/read-ahead.js';

if (parentPort !== null) serveReads(parentPort, workerData);
