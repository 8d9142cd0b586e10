import type { CustomSeriesOption } from 'echarts/charts';
import { formatBytes, formatRate } from '../../../ground/format.js';
import { storeName } from '../../../ground/store-name.js';
import type { CriticalStep, Report, ReportTask } from '../model.js';
import { WORK_NAMES } from '../work-names.js';
import { type ChartFrame, type ChartOption, chart, facts, tooltip } from './charts.js';
import { el, section } from './dom.js';
import { formatTime, kindsIn, nameWork } from './names.js';

/** Pixels. */
const ROW = 44;
const BAR = 24;
const AXIS = 30;
const SLIDER = 44;
const NARROW = 620;
const LEAST_LABEL = 18;

const CRITICAL_ROW = 'critical path';

type RenderItem = NonNullable<CustomSeriesOption['renderItem']>;
type Shape = Exclude<ReturnType<RenderItem>, undefined | null>;
type RenderApi = Parameters<RenderItem>[1];

export function showTimeline(report: Report): HTMLElement {
  const label = 'What each thread did, and when. The table of layers has the same times as numbers.';
  const height = (report.threads.length + 1) * ROW + AXIS + SLIDER;
  return section('Timeline', [
    legend(report),
    chart({ label, height: () => height }, (frame) => draw(report, frame)),
    el('p', { class: 'hint' }, ['Drag the ends of the slider to zoom, or turn the wheel with Ctrl held.']),
  ]);
}

function legend(report: Report): HTMLElement {
  const swatch = (name: string, text: string): HTMLElement =>
    el('li', {}, [el('span', { class: `swatch ${name}`, 'aria-hidden': 'true' }), text]);
  return el('ul', { class: 'legend' }, [
    ...kindsIn(report).map((kind) => swatch(kind, WORK_NAMES[kind])),
    ...(report.tasks.some(({ waits }) => waits.length > 0) ? [swatch('waits', 'waits')] : []),
    swatch('critical', 'on the critical path'),
  ]);
}

function draw(report: Report, { width, colours }: ChartFrame): ChartOption {
  const { tasks, threads, totals, criticalPath } = report;
  const rows = [CRITICAL_ROW, ...threads.map(({ name }) => name)];
  const isNarrow = width < NARROW;
  const end = totals.seconds * 1000;
  const font = { color: colours('muted'), fontSize: isNarrow ? 11 : 13 };
  const zoom = { xAxisIndex: 0, filterMode: 'weakFilter', minValueSpan: Math.min(1, end) } as const;
  const stepRow = (step: CriticalStep): number => 1 + (step.task === undefined ? 0 : (tasks[step.task]?.thread ?? 0));
  const known = criticalPath.filter(({ task }) => task !== undefined);
  return {
    animation: false,
    grid: { left: isNarrow ? 88 : 130, right: 12, top: 0, bottom: AXIS + SLIDER },
    xAxis: {
      type: 'value',
      min: 0,
      max: end,
      axisLabel: { ...font, formatter: formatTick, hideOverlap: true, showMaxLabel: false },
      splitLine: { lineStyle: { color: colours('line') } },
    },
    yAxis: {
      type: 'category',
      data: rows,
      inverse: true,
      axisLine: { show: false },
      axisTick: { show: false },
      axisLabel: {
        ...font,
        formatter: (name: string, i: number) => {
          const thread = threads[i - 1];
          return thread === undefined ? name : `${name}\n${Math.round(thread.busy / 10 / totals.seconds)} % busy`;
        },
        lineHeight: 15,
      },
    },
    dataZoom: [
      { ...zoom, type: 'inside', zoomOnMouseWheel: 'ctrl', moveOnMouseMove: 'ctrl', preventDefaultMouseMove: false },
      {
        ...zoom,
        type: 'slider',
        height: 22,
        bottom: 6,
        showDataShadow: false,
        brushSelect: false,
        labelFormatter: (value: number) => formatTick(value),
        textStyle: font,
        borderColor: colours('line'),
        fillerColor: colours('zoom'),
        handleStyle: { color: colours('raised'), borderColor: colours('muted') },
        moveHandleStyle: { color: colours('muted') },
      },
    ],
    tooltip: tooltip(colours, (index, series) => {
      const shown = series === 0 ? index : known[index]?.task;
      const task = shown === undefined ? undefined : tasks[shown];
      return task === undefined ? '' : taskFacts(task, report);
    }),
    series: [
      {
        type: 'custom',
        clip: true,
        encode: { x: [1, 2], y: 0 },
        data: tasks.map((task) => [task.thread + 1, task.start, task.end]),
        renderItem: ({ dataIndex }, api) => {
          const task = tasks[dataIndex];
          return task === undefined ? null : drawTask(task, api, colours);
        },
      },
      {
        type: 'custom',
        clip: true,
        encode: { x: [1, 2], y: 0 },
        data: known.map((step) => [0, step.start, step.end]),
        renderItem: ({ dataIndex }, api) => {
          const step = known[dataIndex];
          const task = step?.task === undefined ? undefined : tasks[step.task];
          return step === undefined || task === undefined ? null : drawStep(step, task, api, colours);
        },
      },
      {
        type: 'custom',
        clip: true,
        silent: true,
        encode: { x: [1, 2], y: 0 },
        data: known.map((step) => [stepRow(step), step.start, step.end]),
        renderItem: (_, api) => {
          const { x, y, width } = place(api, Number(api.value(0)), Number(api.value(1)), Number(api.value(2)));
          return { type: 'rect', shape: { x, y: y + BAR + 3, width, height: 3 }, style: { fill: colours('ink') } };
        },
      },
    ],
  };
}

/** The whole task in a pale colour, which shows where it waits, and its work on top in the full colour. */
function drawTask(task: ReportTask, api: RenderApi, colours: ChartFrame['colours']): Shape {
  const row = task.thread + 1;
  const fill = colours(task.kind);
  const whole = place(api, row, task.start, task.end);
  const parts: { x: number; width: number }[] = [];
  let begin = task.start;
  for (const wait of [...task.waits, { start: task.end, end: task.end }]) {
    const { x, width } = place(api, row, begin, wait.start);
    const last = parts.at(-1);
    // A gap of less than a pixel is not drawn.
    if (last !== undefined && x - last.x - last.width < 1) last.width = x + width - last.x;
    else if (wait.start > begin) parts.push({ x, width });
    begin = wait.end;
  }
  return {
    type: 'group',
    children: [
      { type: 'rect', shape: whole, style: { fill, opacity: 0.28 } },
      ...parts.map((part) => ({ type: 'rect' as const, shape: { ...whole, ...part }, style: { fill } })),
      ...labels(
        task,
        parts.reduce((a, b) => (b.width > a.width ? b : a), { x: 0, width: 0 }),
        { y: whole.y, colours },
      ),
    ],
  };
}

function drawStep(step: CriticalStep, task: ReportTask, api: RenderApi, colours: ChartFrame['colours']): Shape {
  const shape = place(api, 0, step.start, step.end);
  return {
    type: 'group',
    children: [
      { type: 'rect', shape, style: { fill: colours(task.kind) } },
      ...labels(task, shape, { y: shape.y, colours }),
    ],
  };
}

/** The task's name, or its layer's number if there is room for no more, or nothing. */
function labels(
  task: ReportTask,
  { x, width }: { x: number; width: number },
  { y, colours }: { y: number; colours: ChartFrame['colours'] },
): { type: 'text'; style: object; silent: true }[] {
  const long = nameWork(task.kind, task.layer);
  const short = `${task.layer + 1}`;
  const text = [long, short].find((name) => name.length * 7 + LEAST_LABEL / 2 < width);
  if (text === undefined || width < LEAST_LABEL) return [];
  const style = {
    text,
    x: x + width / 2,
    y: y + BAR / 2,
    align: 'center',
    verticalAlign: 'middle',
    fill: colours('on-fill'),
    fontSize: 12,
  };
  return [{ type: 'text', style, silent: true }];
}

/** The place of a stretch of time, wide enough to be seen. */
function place(
  api: RenderApi,
  row: number,
  start: number,
  end: number,
): { x: number; y: number; width: number; height: number } {
  const [x = 0, y = 0] = api.coord([start, row]);
  const [right = 0] = api.coord([end, row]);
  return { x, y: y - BAR / 2, width: Math.max(right - x, 0.5), height: BAR };
}

function taskFacts(task: ReportTask, { threads, contents, layers }: Report): HTMLElement {
  const waits: Record<string, number> = {};
  for (const wait of task.waits) {
    const name = `Waits for ${wait.for}`;
    waits[name] = (waits[name] ?? 0) + wait.end - wait.start;
  }
  const waited = Object.values(waits).reduce((total, time) => total + time, 0);
  const working = task.end - task.start - waited;
  const [largest] = contents[task.layer]?.paths ?? [];
  const paths = layers[task.layer]?.paths ?? 0;
  return facts(nameWork(task.kind, task.layer), {
    Thread: threads[task.thread]?.name ?? '',
    Time: `${formatTick(task.start)} to ${formatTick(task.end)}`,
    Work: formatTime(working),
    ...Object.fromEntries(Object.entries(waits).map(([name, time]) => [name, formatTime(time)])),
    ...(task.kind === 'scan' || task.kind === 'compress'
      ? { 'Size of the layer': formatBytes(layers[task.layer]?.size ?? task.bytes) }
      : { Bytes: `${formatBytes(task.bytes)}, ${formatRate(task.bytes, working / 1000)}` }),
    ...(largest === undefined ? {} : { Holds: storeName(largest.path) + (paths > 1 ? ` and ${paths - 1} more` : '') }),
  });
}

function formatTick(milliseconds: number): string {
  return `${Number((milliseconds / 1000).toFixed(3))} s`;
}
