import assert from 'node:assert/strict';
import { mkdirSync, truncateSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import type { Browser, Locator, Page } from 'playwright-core';
import { FIRST_KIND } from '../support/confs.js';
import { makeStore } from '../support/layers.js';
import { tempDir } from '../support/temp-dir.js';
import { openFile, startBrowser } from './browser.js';
import { layerstream } from './layerstream.js';
import { run } from './run.js';
import { needs } from './tools.js';

const LAYERS = 40;
const GIANT = 17;

/** In the order of the names; the largest is not the first. */
function sizeOf(layer: number): number {
  return layer === GIANT ? 600_000_000 : ((layer * 7) % LAYERS) * 420_000 + 1000;
}

function pathOf(layer: number): string {
  return `/nix/store/${'0123456789abcdfghijklmnpqrsvwxyz'}-package-${layer}`;
}

/** A path that looks like the end of a script, and a script. */
const HOSTILE = '</script><script>document.title="broken";</script><img src=x>';

describe('the report in Chromium', needs('chromium'), () => {
  const directory = tempDir({ after });
  const report = join(directory, 'report.html');
  let browser: Browser;

  before(async () => {
    const store = makeStore(directory);
    // A file of holes takes no room.
    const write = (path: string, size: number): void => {
      mkdirSync(dirname(path), { recursive: true });
      writeFileSync(path, '');
      truncateSync(path, size);
    };
    for (let i = 0; i < LAYERS; i++) write(join(directory, pathOf(i), 'bin/program'), sizeOf(i));
    write(join(directory, pathOf(GIANT), HOSTILE), 20_000_000);
    mkdirSync(join(store, 'custom'));
    const layers = Array.from({ length: LAYERS }, (_, i) => [pathOf(i)]);
    const conf = join(directory, 'conf.json');
    const fields = { store_layers: layers, customisation_layer: '/nix/store/custom', repo_tag: 'report:test' };
    writeFileSync(conf, JSON.stringify({ ...FIRST_KIND, ...fields }));
    const outputs = ['-o', '/dev/null', '--report', report];
    await run(layerstream(conf, '--store-root', directory, ...outputs, '--workers', '2'));
    browser = await startBrowser();
  });
  after(() => browser?.close());

  const withPage = (width: number, action: (page: Page) => Promise<void>) => async (): Promise<void> => {
    const { page, faults } = await openFile(browser, report, width);
    await waitForCharts(page);
    await action(page);
    assert.deepEqual(faults, []);
    await page.close();
  };

  it(
    'shows what was built, and what set its pace',
    withPage(1600, async (page) => {
      assert.equal(await page.title(), 'report:test – layerstream report');
      assert.equal(await page.locator('h1').textContent(), 'report:test');
      assert.match((await page.locator('.image-id code').textContent()) ?? '', /^sha256:[\da-f]{64}$/);
      const numbers = await page.locator('.numbers div').allTextContents();
      assert(numbers.includes(`Layers${LAYERS + 1}`), numbers.join());
      const about = (await page.locator('.about').allTextContents()).join('\n');
      const made = new RegExp(
        `^Built [\\d-]{10} [\\d:]{5} UTC on .* with layerstream [\\d.]+, Node\\.js ${process.versions.node}, from .*conf\\.json`,
      );
      assert.match(about, made);
      assert.match(about, /\nlayerstream \S*conf\.json --store-root .* --workers 2$/);
      const advice = await page.locator('.advice').textContent();
      assert.match(advice ?? '', new RegExp(`Layer ${GIANT + 1} holds \\d\\d % of all bytes`));
      assert.match((await page.locator('.shares li').first().textContent()) ?? '', new RegExp(` layer ${GIANT + 1}`));
    }),
  );

  it(
    'sorts its table of layers by a click, and by the keyboard',
    withPage(1600, async (page) => {
      const table = page.getByRole('region', { name: 'Layers' });
      const layers = (): Promise<string[]> => table.locator('tbody tr td:first-child').allTextContents();
      const order = Array.from({ length: LAYERS + 1 }, (_, i) => `${i + 1}`);
      const size = table.getByRole('columnheader', { name: 'Size' });
      assert.equal(await size.getAttribute('aria-sort'), 'descending', 'the largest is out of sight');
      const bySize = order.slice(0, LAYERS).sort((a, b) => sizeOf(Number(b) - 1) - sizeOf(Number(a) - 1));
      assert.deepEqual((await layers()).slice(0, 5), bySize.slice(0, 5));
      await size.getByRole('button').focus();
      await page.keyboard.press('Enter');
      assert.equal(await size.getAttribute('aria-sort'), 'ascending');
      assert.equal((await layers()).at(-1), `${GIANT + 1}`);
      await table.getByRole('columnheader', { name: 'Layer', exact: true }).getByRole('button').click();
      assert.deepEqual(await layers(), order);
      assert.equal(await size.getAttribute('aria-sort'), null);
    }),
  );

  it(
    'shows details of the task in the timeline under the pointer',
    withPage(1600, async (page) => {
      const timeline = page.locator('.chart').first();
      const rows = await timeline.locator('svg text').allTextContents();
      for (const name of ['critical path', 'worker 1', 'worker 2', 'reader', 'coordinator']) {
        assert(rows.includes(name), `no row ${name} in ${rows.join()}`);
      }
      const label = timeline.getByText(`hash layer ${GIANT + 1}`, { exact: true });
      assert.equal(await label.count(), 2, 'it is named in its row and on the critical path');
      await point(page, label.first());
      const facts = await timeline.locator('.facts').textContent();
      assert.match(
        facts ?? '',
        new RegExp(`^hash layer ${GIANT + 1}Threadworker \\dTime.*Work.*MB/s.*package-${GIANT}$`),
      );
    }),
  );

  it(
    'shows only the layer of the treemap that is clicked, then all again',
    withPage(1600, async (page) => {
      const treemap = page.locator('.chart').nth(1);
      const giant = treemap.getByText(new RegExp(`^Layer ${GIANT + 1} · `));
      const inside = treemap.getByText(`package-${GIANT}`, { exact: true });
      assert.equal(await treemap.getByText('620 MB', { exact: true }).count(), 1, 'its size is not beside its name');
      await point(page, inside);
      const facts = await treemap.locator('.facts').textContent();
      assert.match(facts ?? '', new RegExp(`^${pathOf(GIANT)}Size.*% of the imageLayer${GIANT + 1}$`));
      assert.equal(await giant.count(), 1);
      await press(page, inside);
      await treemap.getByText('All layers', { exact: true }).waitFor();
      assert.equal(await giant.count(), 2, 'it is in the line below too');
      await press(page, treemap.getByText('All layers', { exact: true }));
      await giant.nth(1).waitFor({ state: 'detached' });
    }),
  );

  it(
    'follows the colour scheme, charts and all',
    withPage(1600, async (page) => {
      const look = async (): Promise<{ surface: unknown; ink: unknown; charts: unknown }> => ({
        surface: await page.evaluate('getComputedStyle(document.body).backgroundColor'),
        ink: await page.evaluate('getComputedStyle(document.body).color'),
        charts: await page.evaluate(
          `[...document.querySelectorAll('.chart')].map((chart) => chart.innerHTML.match(/fill="[^"]+"/g).sort().join())`,
        ),
      });
      const light = await look();
      assert.equal(light.surface, 'rgb(255, 255, 255)');
      await page.emulateMedia({ colorScheme: 'dark' });
      const darkBars = page.locator('.chart [fill="#5db2f0"]');
      await darkBars.first().waitFor();
      const dark = await look();
      assert.notEqual(dark.surface, light.surface);
      assert.notEqual(dark.ink, light.ink);
      assert.notDeepEqual(dark.charts, light.charts);
      await page.emulateMedia({ colorScheme: 'light' });
      await darkBars.first().waitFor({ state: 'detached' });
      assert.deepEqual(await look(), light);
    }),
  );

  for (const width of [360, 768, 1280, 2560]) {
    it(
      `has room on ${width} pixels`,
      withPage(width, async (page) => {
        const right = await page.evaluate(
          `Math.max(document.documentElement.scrollWidth, ...[...document.querySelectorAll('body > *, section, .chart, .scroll, h1, h2, p, li, dd')].map((element) => element.getBoundingClientRect().right))`,
        );
        assert(Number(right) <= width, `it is ${right} wide`);
        const clipped = await page.evaluate(
          `[...document.querySelectorAll('.chart svg text')].filter((text) => {
            const [inner, outer] = [text.getBoundingClientRect(), text.closest('.chart').getBoundingClientRect()];
            return inner.width > 0 && (inner.left < outer.left - 1 || inner.right > outer.right + 1);
          }).map((text) => text.textContent)`,
        );
        assert.deepEqual(clipped, [], 'labels that are cut off');
        assert.deepEqual(await page.evaluate(CUT_CELLS), [], 'cells that are cut off');
      }),
    );
  }

  it(
    'shows a hostile name as a name',
    withPage(1600, async (page) => {
      const files = await page.getByRole('region', { name: 'Largest files' }).locator('td.rest').allTextContents();
      assert.equal(files[1], `package-${GIANT}/${HOSTILE}`);
      assert.equal(await page.locator('img').count(), 0);
    }),
  );
});

describe('the report of a build into a layout, in Chromium', needs('chromium'), () => {
  const directory = tempDir({ after });
  const report = join(directory, 'report.html');
  let browser: Browser;

  before(async () => {
    const store = makeStore(directory);
    mkdirSync(join(store, 'custom'));
    const paths = [3_000_000, 40_000_000].map((size, i) => {
      mkdirSync(join(directory, pathOf(i)));
      writeFileSync(join(directory, pathOf(i), 'file'), Buffer.alloc(size, 'some text to compress'));
      return [pathOf(i)];
    });
    const conf = join(directory, 'conf.json');
    const fields = { store_layers: paths, customisation_layer: '/nix/store/custom', repo_tag: 'report:test' };
    writeFileSync(conf, JSON.stringify({ ...FIRST_KIND, ...fields }));
    const options = ['--compression', 'gzip', '--workers', '2', '--report', report, '--store-root', directory];
    await run(layerstream('oci', conf, join(directory, 'layout'), ...options));
    browser = await startBrowser();
  });
  after(() => browser?.close());

  it('shows only the kinds of work that there are, each in its own colour', async () => {
    const { page, faults } = await openFile(browser, report, 1600);
    await waitForCharts(page);
    const legend = await page.locator('.legend li').allTextContents();
    assert.deepEqual(
      legend.filter((name) => name !== 'waits'),
      ['scan', 'blob', 'compress', 'on the critical path'],
    );
    const headers = await page.getByRole('region', { name: 'Layers' }).locator('th').allTextContents();
    assert.deepEqual(headers.slice(2, 3), ['Compressed']);
    assert.deepEqual(headers.slice(6), ['Scan', 'Blob', 'Compress', 'Rate', 'State', 'DiffID']);
    const numbers = await page.locator('.numbers div').allTextContents();
    assert.match(numbers.join(), /Compressed[\d.]+.[kM]B,/);
    assert.ok(numbers.includes('New layersall'), numbers.join());
    assert.ok(!numbers.some((number) => number.startsWith('Rate')), 'what was there is not written again');
    for (const scheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme: scheme });
      const swatches: unknown = await page.evaluate(
        `[...document.querySelectorAll('.swatch')].map((swatch) => getComputedStyle(swatch).backgroundColor)`,
      );
      assert.ok(Array.isArray(swatches) && new Set(swatches.slice(0, 3)).size === 3, String(swatches));
    }
    for (const width of [1280, 390]) {
      await page.setViewportSize({ width, height: 900 });
      await waitForCharts(page);
      assert.deepEqual(await page.evaluate(CUT_CELLS), [], `cells that are cut off at ${width}`);
    }
    const bar = page.locator('.chart').first().locator('[fill="#a3a5f5"]');
    await bar.first().waitFor();
    assert.deepEqual(faults, []);
    await page.close();
  });
});

/** The texts of cells of the table of layers that are out of its box, or out of themselves. Only a path may be cut. */
const CUT_CELLS = `[...document.querySelectorAll('[aria-label=Layers] :is(th, td)')].filter((cell) => {
  const [inner, outer] = [cell.getBoundingClientRect(), cell.closest('.scroll').getBoundingClientRect()];
  return inner.right > outer.right || inner.left < outer.left || (!cell.matches('.rest') && cell.scrollWidth > cell.clientWidth + 1);
}).map((cell) => cell.textContent)`;

interface Place {
  readonly x: number;
  readonly y: number;
}

/**
 * Until each is as wide as its box: a scroll bar that appears makes the page draw them again. What Playwright repeats
 * itself is text that it evaluates in the page, which the page's policy forbids.
 */
async function waitForCharts(page: Page): Promise<void> {
  for (let isReady: unknown = false; isReady !== true; ) {
    isReady = await page.evaluate(`new Promise((resolve) => requestAnimationFrame(() => {
      const charts = [...document.querySelectorAll('.chart')];
      resolve(charts.length === 2 && charts.every((chart) =>
        chart.querySelector('svg')?.getAttribute('width') === String(chart.clientWidth)));
    }))`);
  }
}

/** Moves the pointer to an element of a chart until its tooltip is there. */
async function point(page: Page, element: Locator): Promise<void> {
  const { x, y } = await placeOf(element);
  await page.mouse.move(x, y);
  await page.locator('.facts').waitFor();
}

async function press(page: Page, element: Locator): Promise<void> {
  const { x, y } = await placeOf(element);
  await page.mouse.move(x, y);
  await page.mouse.down();
  await page.mouse.up();
}

/** By coordinates, since another shape of the chart may be on top. */
async function placeOf(element: Locator): Promise<Place> {
  await element.scrollIntoViewIfNeeded();
  const box = await element.boundingBox();
  assert(box !== null, 'it cannot be seen');
  return { x: box.x + box.width / 2, y: box.y + box.height / 2 };
}
