/** Entry of the threads that read layers for streams. */
import { parentPort, workerData } from 'node:worker_threads';
import { serveReads } from '../src/threads/tasks/read.js';

if (parentPort !== null) serveReads(parentPort, workerData);
