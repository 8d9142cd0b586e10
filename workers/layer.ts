/** Entry of the pool's threads: a task in, its answer out. */
export { runLayerTask as default } from '../src/pool/layer-task.js';
