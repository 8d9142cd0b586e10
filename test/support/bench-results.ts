/** Results of the bench as it might have found them. */
import type { Role } from '../../bench/contenders.js';
import type { ClosureResult, Measurement, Results } from '../../bench/results.js';

export function measurement(
  contender: string,
  role: Role,
  fields: Partial<Pick<Measurement, 'subject' | 'sink' | 'beside' | 'peakMemory'>> & { readonly seconds: number },
): Measurement {
  const { subject = 'streams', sink = 'pipe', beside = [], seconds, peakMemory } = fields;
  const run = { seconds, cpuSeconds: seconds, peakMemory };
  return {
    subject,
    contender,
    role,
    sink,
    beside,
    seconds: { min: seconds, median: seconds },
    cpuSeconds: seconds,
    peakMemory,
    runs: [run],
  };
}

export function closureResult(fields: Partial<ClosureResult> = {}): ClosureResult {
  return {
    name: 'sample',
    line: 'a sample',
    judgedAs: 'closure',
    archiveBytes: 1e9,
    layers: 101,
    entries: 1000,
    largestLayer: 1e7,
    measurements: [],
    leftOut: [],
    passes: undefined,
    ...fields,
  };
}

export function results(closures: readonly ClosureResult[]): Results {
  return {
    format: 2,
    date: '2024-05-06T07:08:09.000Z',
    machine: { cpu: 'A & B <fast>', cores: 2, memory: 8e9, kernel: '6.1', node: 'v20.19.0', load: 0 },
    scale: 1,
    closures,
    targets: [],
  };
}
