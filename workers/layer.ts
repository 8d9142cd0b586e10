/** Entry of the pool's threads: a task in, its answer out. */
import { giveWay } from '../src/pool/give-way.js';

export { runLayerTask as default } from '../src/pool/layer-task.js';

giveWay();
