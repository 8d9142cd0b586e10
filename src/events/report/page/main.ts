/** The page of a report: fills the document from the data that is in it. */
import type { Report } from '../model.js';
import { el } from './dom.js';
import { showAdvice, showCriticalPath } from './findings.js';
import { showHeader } from './header.js';
import { showLargest, showLayers } from './tables.js';
import { showTimeline } from './timeline.js';
import { showTreemap } from './treemap.js';

const report: Report = JSON.parse(document.getElementById('report')?.textContent ?? '');

document.body.prepend(
  showHeader(report),
  el('main', {}, [
    el('div', { class: 'beside' }, [showAdvice(report), showCriticalPath(report)]),
    showTimeline(report),
    showLayers(report),
    showTreemap(report),
    el('div', { class: 'beside' }, [
      showLargest(report.largestPaths, { title: 'Largest store paths', name: 'Store path' }),
      showLargest(report.largestFiles, { title: 'Largest files', name: 'File' }),
    ]),
  ]),
  el('footer', {}, ['Made by layerstream. Charts by Apache ECharts.']),
);
