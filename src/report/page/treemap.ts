import { formatBytes } from '../../format.js';
import type { LayerContents, Report } from '../model.js';
import { type ChartFrame, type ChartOption, chart, facts, tooltip } from './charts.js';
import { el, section } from './dom.js';
import { shortPath } from './names.js';

/** As many colours as keep neighbours apart; they mean nothing else. */
const COLOURS = 6;

export function showTreemap(report: Report): HTMLElement {
  const label = 'Bytes of each layer and its store paths, as areas. The largest are in the tables.';
  return section('Bytes by layer and store path', [
    el('p', {}, [
      'Each frame is a layer, each area in it a store path. A click on one shows it larger; the line below leads back.',
    ]),
    chart({ label, height: (width) => Math.min(720, Math.max(420, width * 0.5)) }, (frame) => draw(report, frame)),
  ]);
}

interface MapNode {
  readonly name: string;
  readonly value: number;
  readonly itemStyle?: { readonly color: string };
  readonly children?: MapNode[];
  /** What its tooltip tells. */
  readonly about: { readonly title: string; readonly rows: Readonly<Record<string, string>> };
}

function draw(report: Report, { colours }: ChartFrame): ChartOption {
  const data = report.contents.flatMap((contents, i) => layerNode(report, contents, { index: i, colours }));
  return {
    animation: false,
    tooltip: {
      ...tooltip(colours, () => ''),
      formatter: (params) => {
        const node = aboutOf(params);
        return node === undefined ? '' : facts(node.title, node.rows);
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
        nodeClick: 'zoomToNode',
        visibleMin: 12,
        squareRatio: 1.2,
        data,
        breadcrumb: {
          bottom: 0,
          left: 0,
          height: 24,
          itemStyle: { color: colours('raised'), borderColor: colours('line'), textStyle: { color: colours('ink') } },
          emphasis: { itemStyle: { color: colours('line'), textStyle: { color: colours('ink') } } },
        },
        label: { color: colours('on-area'), fontSize: 12, overflow: 'truncate', padding: [2, 4] },
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
  { index, colours }: { index: number; colours: ChartFrame['colours'] },
): MapNode[] {
  const layer = layers[index];
  if (layer === undefined || layer.size === 0) return [];
  const part = (bytes: number): string => `${((bytes / totals.bytes) * 100).toFixed(1)} % of the image`;
  const itemStyle = { color: colours(`area-${index % COLOURS}`) };
  const leaf = (name: string, bytes: number, title = name): MapNode => ({
    name,
    value: bytes,
    itemStyle,
    about: { title, rows: { Size: `${formatBytes(bytes)}, ${part(bytes)}`, Layer: `${index + 1}` } },
  });
  const children = paths.filter(({ bytes }) => bytes > 0).map(({ path, bytes }) => leaf(shortPath(path), bytes, path));
  if (others.bytes > 0)
    children.push(leaf(`${others.count} smaller`, others.bytes, `${others.count} smaller store paths`));
  const name = `Layer ${index + 1}`;
  const about = {
    title: name,
    rows: { Size: `${formatBytes(layer.size)}, ${part(layer.size)}`, Paths: `${layer.paths}` },
  };
  // What came as a tar, or holds no bytes in files, is as large as its tar.
  if (children.length === 0) return [{ ...leaf(name, layer.size), about }];
  const value = children.reduce((sum, child) => sum + child.value, 0);
  return [{ name: `${name} · ${formatBytes(layer.size)}`, value, itemStyle, about, children }];
}

/** The node that a tooltip is for; the root has nothing to tell. */
function aboutOf(params: unknown): MapNode['about'] | undefined {
  if (typeof params !== 'object' || params === null || !('data' in params)) return undefined;
  const { data } = params as { data: Partial<MapNode> | undefined };
  return data?.about;
}
