import type { ECharts } from 'echarts/core';
import { formatBytes, formatCount } from '../../../ground/format.js';
import { storeName } from '../../../ground/store-name.js';
import type { LayerContents, Report } from '../model.js';
import { type ChartFrame, type ChartOption, chart, facts, tooltip } from './charts.js';
import { el, section } from './dom.js';

/** Enough colours to keep neighbours apart; they have no other meaning. */
const COLOURS = 6;

/** Pixels. In less room, a name would be cut to nothing. */
const LEAST_LABEL = 52;
const LEAST_FRAME = 75;
const LEAST_WITH_SIZE = 140;

export function showTreemap(report: Report): HTMLElement {
  const label = 'Bytes of each layer and its store paths, as areas. The largest are in the tables.';
  return section('Bytes by layer and store path', [
    el('p', {}, [
      'Each frame is a layer, each area in it a store path. A click on a layer shows it alone; the line below leads back.',
    ]),
    chart({ label, height: heightFor, onClick: showLayer }, (frame) => draw(report, frame)),
  ]);
}

function heightFor(width: number): number {
  return Math.min(720, Math.max(420, width * 0.45));
}

interface MapNode {
  /** The layer that it is, or is part of. */
  readonly layer: number;
  readonly id?: string;
  readonly name: string;
  readonly value: number;
  readonly itemStyle?: { readonly color: string };
  readonly upperLabel?: { readonly show: boolean };
  readonly children?: MapNode[];
  /** The contents of its tooltip. */
  readonly about: { readonly title: string; readonly rows: Readonly<Record<string, string>> };
}

function showLayer(data: unknown, drawn: ECharts): void {
  const node = nodeOf(data);
  if (node !== undefined) drawn.dispatchAction({ type: 'treemapRootToNode', targetNodeId: idOf(node.layer) });
}

function idOf(layer: number): string {
  return `layer-${layer}`;
}

function draw(report: Report, { width, colours }: ChartFrame): ChartOption {
  const data = report.contents.flatMap((contents, i) =>
    layerNode(report, contents, { index: i, area: width * heightFor(width), colours }),
  );
  return {
    animation: false,
    tooltip: {
      ...tooltip(colours, () => ''),
      formatter: (params) => {
        const about = nodeOf(Array.isArray(params) ? undefined : params.data)?.about;
        return about === undefined ? '' : facts(about.title, about.rows);
      },
    },
    series: [
      {
        type: 'treemap',
        name: 'All layers',
        left: 0,
        right: 0,
        top: 0,
        bottom: 34,
        roam: false,
        // A treemap has its own `animation`, and takes no clicks while it moves.
        animation: false,
        nodeClick: false,
        leafDepth: 2,
        visibleMin: 12,
        squareRatio: 1.2,
        labelLayout: ({ rect }) => (rect.width < LEAST_LABEL || rect.height < 16 ? { fontSize: 0 } : {}),
        data,
        breadcrumb: {
          bottom: 0,
          left: 0,
          height: 24,
          itemStyle: { color: colours('raised'), borderColor: colours('line'), textStyle: { color: colours('ink') } },
          emphasis: { itemStyle: { color: colours('line'), textStyle: { color: colours('ink') } } },
        },
        label: {
          color: colours('on-area'),
          opacity: 1,
          fontSize: 12,
          lineHeight: 15,
          overflow: 'truncate',
          padding: [2, 4],
          formatter: ({ data, name }) => {
            const node = nodeOf(data);
            return node === undefined || node.children !== undefined ? name : `${name}\n${formatBytes(node.value)}`;
          },
        },
        upperLabel: { show: true, height: 20, color: colours('ink'), fontSize: 12, overflow: 'truncate' },
        itemStyle: { borderColor: colours('surface'), borderWidth: 1, gapWidth: 1 },
        levels: [
          { itemStyle: { borderColor: colours('surface'), borderWidth: 0, gapWidth: 3 }, upperLabel: { show: false } },
          { itemStyle: { borderColor: colours('frame'), borderWidth: 2, gapWidth: 1 } },
          { itemStyle: { borderWidth: 0, gapWidth: 0 } },
        ],
      },
    ],
  };
}

function layerNode(
  { layers, totals }: Report,
  { paths, others }: LayerContents,
  { index, area, colours }: { index: number; area: number; colours: ChartFrame['colours'] },
): MapNode[] {
  const layer = layers[index];
  if (layer === undefined || layer.size === 0) return [];
  const part = (bytes: number): string => `${((bytes / totals.bytes) * 100).toFixed(1)} % of the image`;
  const color = colours(`area-${index % COLOURS}`);
  const leaf = (name: string, bytes: number, title = name): MapNode => ({
    name,
    layer: index,
    value: bytes,
    itemStyle: { color },
    about: { title, rows: { Size: `${formatBytes(bytes)}, ${part(bytes)}`, Layer: `${index + 1}` } },
  });
  const children = paths.filter(({ bytes }) => bytes > 0).map(({ path, bytes }) => leaf(storeName(path), bytes, path));
  if (others.bytes > 0)
    children.push(leaf(`${others.count} smaller`, others.bytes, formatCount(others.count, 'smaller store path')));
  const name = `Layer ${index + 1}`;
  const about = {
    title: name,
    rows: { Size: `${formatBytes(layer.size)}, ${part(layer.size)}`, Paths: `${layer.paths}` },
  };
  // A layer that came as a tar, or whose files are all empty, gets the size of its tar.
  if (children.length === 0) return [{ ...leaf(name, layer.size), id: idOf(index), about }];
  const value = children.reduce((total, child) => total + child.value, 0);
  const side = Math.sqrt((value / totals.bytes) * area);
  return [
    {
      name: side > LEAST_WITH_SIZE ? `${name} · ${formatBytes(layer.size)}` : name,
      id: idOf(index),
      layer: index,
      value,
      itemStyle: { color },
      upperLabel: { show: side > LEAST_FRAME },
      about,
      children,
    },
  ];
}

/** `data` as a node: only those of this file have an `about`, and not the root that ECharts adds. */
function nodeOf(data: unknown): MapNode | undefined {
  return typeof data === 'object' && data !== null && 'about' in data ? (data as MapNode) : undefined;
}
