/** Entry of the thread that hashes layers on their way. */
import { parentPort, workerData } from 'node:worker_threads';
import { serveHashes } from '../src/threads/tasks/hash.js';

if (parentPort !== null) serveHashes(parentPort, workerData);
