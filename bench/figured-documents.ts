/** Documents with figures in them: each follows from the files of `bench/results`. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { drawChart } from './chart.js';
import { fillResults } from './result-tables.js';
import type { Measurement, Results } from './results.js';

const BENCH = fileURLToPath(new URL('../../bench', import.meta.url));

/** What the chart shows. */
const CHARTED = 'balanced.json';

export interface FiguredDocument {
  readonly path: string;
  /** As it should be. */
  readonly text: string;
}

export function figuredDocuments(): FiguredDocument[] {
  const texts = [join(BENCH, '../README.md'), join(BENCH, 'README.md')].map((path) => ({
    path,
    text: fillResults(readFileSync(path, 'utf8'), readResults),
  }));
  return [...texts, { path: join(BENCH, 'results/closure.svg'), text: drawChart(readResults(CHARTED)) }];
}

/** Of format 1, too, whose measurements have no subject: all are of streams. */
function readResults(file: string): Results {
  const results: Results = JSON.parse(readFileSync(join(BENCH, 'results', file), 'utf8'));
  const complete = (measurement: Partial<Measurement>) => ({
    subject: 'streams',
    beside: [],
    ...measurement,
  });
  return {
    ...results,
    closures: results.closures.map((closure) => ({
      ...closure,
      // What is missing is filled in.
      measurements: closure.measurements.map((measurement) => complete(measurement) as Measurement),
    })),
  };
}
