/*!
Apache ECharts, Copyright 2017-2026 The Apache Software Foundation (https://www.apache.org/). Licensed under the Apache
License, Version 2.0: https://www.apache.org/licenses/LICENSE-2.0

zrender, Copyright (c) 2017, Baidu Inc. d3, Copyright 2010-2016 Mike Bostock. All rights reserved.

Redistribution and use in source and binary forms, with or without
modification, are permitted provided that the following conditions are met:

* Redistributions of source code must retain the above copyright notice, this
  list of conditions and the following disclaimer.

* Redistributions in binary form must reproduce the above copyright notice,
  this list of conditions and the following disclaimer in the documentation
  and/or other materials provided with the distribution.

* Neither the name of the copyright holder nor the names of its
  contributors may be used to endorse or promote products derived from
  this software without specific prior written permission.

THIS SOFTWARE IS PROVIDED BY THE COPYRIGHT HOLDERS AND CONTRIBUTORS "AS IS"
AND ANY EXPRESS OR IMPLIED WARRANTIES, INCLUDING, BUT NOT LIMITED TO, THE
IMPLIED WARRANTIES OF MERCHANTABILITY AND FITNESS FOR A PARTICULAR PURPOSE ARE
DISCLAIMED. IN NO EVENT SHALL THE COPYRIGHT HOLDER OR CONTRIBUTORS BE LIABLE
FOR ANY DIRECT, INDIRECT, INCIDENTAL, SPECIAL, EXEMPLARY, OR CONSEQUENTIAL
DAMAGES (INCLUDING, BUT NOT LIMITED TO, PROCUREMENT OF SUBSTITUTE GOODS OR
SERVICES; LOSS OF USE, DATA, OR PROFITS; OR BUSINESS INTERRUPTION) HOWEVER
CAUSED AND ON ANY THEORY OF LIABILITY, WHETHER IN CONTRACT, STRICT LIABILITY,
OR TORT (INCLUDING NEGLIGENCE OR OTHERWISE) ARISING IN ANY WAY OUT OF THE USE
OF THIS SOFTWARE, EVEN IF ADVISED OF THE POSSIBILITY OF SUCH DAMAGE.
*/
import type { CustomSeriesOption, TreemapSeriesOption } from 'echarts/charts';
import { CustomChart, TreemapChart } from 'echarts/charts';
import type { DataZoomComponentOption, GridComponentOption, TooltipComponentOption } from 'echarts/components';
import { DataZoomComponent, GridComponent, TooltipComponent } from 'echarts/components';
import { type ComposeOption, type ECharts, init, use } from 'echarts/core';
import { LabelLayout } from 'echarts/features';
import { SVGRenderer } from 'echarts/renderers';
import { el } from './dom.js';

use([CustomChart, TreemapChart, GridComponent, TooltipComponent, DataZoomComponent, LabelLayout, SVGRenderer]);

export type ChartOption = ComposeOption<
  CustomSeriesOption | TreemapSeriesOption | GridComponentOption | TooltipComponentOption | DataZoomComponentOption
>;

/** A colour of the style sheet by its name, for the light or the dark scheme. */
export type Colours = (name: string) => string;

export interface ChartFrame {
  readonly width: number;
  readonly colours: Colours;
}

export interface ChartKind {
  readonly label: string;
  readonly height: (width: number) => number;
  /** Called with the data of what was clicked. */
  readonly onClick?: (data: unknown, drawn: ECharts) => void;
}

/** A chart that is redrawn when its width changes, or the colours of the page. */
export function chart({ label, height, onClick }: ChartKind, draw: (frame: ChartFrame) => ChartOption): HTMLElement {
  const box = el('div', { class: 'chart', role: 'img', 'aria-label': label });
  let drawn: ECharts | undefined;
  let width = 0;
  const redraw = (): void => {
    if (width === 0) return;
    box.style.height = `${height(width)}px`;
    drawn ??= start(box, onClick);
    drawn.resize();
    drawn.setOption(draw({ width, colours: readColours() }), { notMerge: true });
  };
  new ResizeObserver(() => {
    if (box.clientWidth === width) return;
    width = box.clientWidth;
    redraw();
  }).observe(box);
  for (const media of ['(prefers-color-scheme: dark)', 'print']) matchMedia(media).addEventListener('change', redraw);
  return box;
}

function start(box: HTMLElement, onClick: ChartKind['onClick']): ECharts {
  const drawn = init(box, undefined, { renderer: 'svg' });
  if (onClick !== undefined) drawn.on('click', ({ data }) => onClick(data, drawn));
  return drawn;
}

function readColours(): Colours {
  const style = getComputedStyle(document.documentElement);
  return (name) => style.getPropertyValue(`--${name}`).trim();
}

/** What all tooltips share: their contents are elements of the page, and they stay within it. */
export function tooltip(
  colours: Colours,
  show: (dataIndex: number, seriesIndex: number) => HTMLElement | string,
): TooltipComponentOption {
  return {
    trigger: 'item',
    confine: true,
    backgroundColor: colours('raised'),
    borderColor: colours('line'),
    textStyle: { color: colours('ink'), fontSize: 13 },
    extraCssText: 'max-width: min(30rem, 90vw); white-space: normal; overflow-wrap: anywhere;',
    formatter: (params) => {
      const one = Array.isArray(params) ? params[0] : params;
      return one === undefined ? '' : show(one.dataIndex, one.seriesIndex ?? 0);
    },
  };
}

/** The contents of a tooltip: a title, and facts. */
export function facts(title: string, rows: Readonly<Record<string, string>>): HTMLElement {
  const terms = Object.entries(rows).flatMap(([name, value]) => [el('dt', {}, [name]), el('dd', {}, [value])]);
  return el('div', { class: 'facts' }, [el('strong', {}, [title]), el('dl', {}, terms)]);
}
