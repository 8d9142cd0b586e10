/** Entry of the thread that sums what goes to the writer. */
import { parentPort, workerData } from 'node:worker_threads';
import { serveSums } from '../src/threads/sum-along.js';

if (parentPort !== null) serveSums(parentPort, workerData);
