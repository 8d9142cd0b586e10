/** Measures layerstream: `npm run bench -- --help`. */
import { writeFileSync } from 'node:fs';
import { CommanderError } from 'commander';
import { cleanUpOnSignal } from '../src/cli/signals.js';
import { drawChart } from './chart.js';
import { type Closure, makeClosure, realClosure } from './closure.js';
import { formatMachine } from './format.js';
import { thisMachine } from './machine.js';
import { measureClosure } from './measure.js';
import { killRunning } from './pipeline.js';
import { type Plan, parsePlan } from './plan.js';
import { formatClosure, formatTargets } from './report.js';
import type { ClosureResult, Results } from './results.js';
import { SCENARIOS } from './scenarios.js';
import { formatTable, left } from './table.js';
import { judge } from './targets.js';
import { Workspace } from './workspace.js';

/** From this load on, others use the machine too. Building the bench makes some load. */
const BUSY = 1;

// Nobody may be reading the report any more: no reason to stop.
for (const stream of [process.stdout, process.stderr]) stream.on('error', () => {});
process.exitCode = await main(process.argv.slice(2));

/** Returns the exit status. */
async function main(args: readonly string[]): Promise<number> {
  try {
    const plan = parsePlan(args);
    if (plan.list) listScenarios();
    else await run(plan);
    return 0;
  } catch (error) {
    // Commander has reported it already.
    if (error instanceof CommanderError) return error.exitCode;
    process.stderr.write(`bench: ${error instanceof Error ? error.message : error}\n`);
    return 1;
  }
}

function listScenarios(): void {
  const rows = SCENARIOS.map(({ name, line, optIn }) => [name, optIn === true ? `${line}; only with --${name}` : line]);
  console.log(formatTable([left('scenario'), left('what it isolates')], rows));
}

async function run(plan: Plan): Promise<void> {
  const machine = thisMachine();
  console.log(`${formatMachine(machine)}\n`);
  if (machine.load > BUSY) {
    console.log(`Something else is running here (load ${machine.load.toFixed(1)}): all will take longer.\n`);
  }
  const closures = await measureAll(plan);
  const targets = judge(closures);
  const judged = formatTargets(targets);
  if (judged !== '') console.log(judged);
  const results: Results = {
    format: 2,
    date: new Date().toISOString(),
    machine,
    scale: plan.scale,
    closures,
    targets,
  };
  if (plan.json !== undefined) writeFileSync(plan.json, `${JSON.stringify(results, undefined, 2)}\n`);
  if (plan.chart !== undefined) writeFileSync(plan.chart, drawChart(results));
}

async function measureAll(plan: Plan): Promise<ClosureResult[]> {
  const workspace = new Workspace();
  const cleanUp = (): void => {
    killRunning();
    workspace.remove();
  };
  const removeHandlers = cleanUpOnSignal(cleanUp);
  try {
    const results: ClosureResult[] = [];
    for await (const closure of closuresOf(plan, workspace)) {
      const onStep = stepLogger(closure.name);
      const result = await measureClosure(closure, { ...plan, workspace, onStep });
      console.log(formatClosure(result));
      results.push(result);
    }
    return results;
  } finally {
    removeHandlers();
    cleanUp();
  }
}

/** One after the other: each is removed before the next is written. */
async function* closuresOf(plan: Plan, { folder }: Workspace): AsyncGenerator<Closure> {
  for (const conf of plan.confs) yield realClosure(conf, plan.storeRoot);
  for (const scenario of plan.scenarios) {
    stepLogger(scenario.name)('writing the closure');
    const closure = await makeClosure(scenario, { folder, scale: plan.scale });
    yield closure;
    closure.remove();
  }
}

function stepLogger(name: string): (step: string) => void {
  return (step) => process.stderr.write(`bench: ${name}: ${step}\n`);
}
