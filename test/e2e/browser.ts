import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import { type Browser, chromium, type Page } from 'playwright-core';
import { PATH } from './tools.js';

const FLAGS = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** In milliseconds, for a start and for each step: machines may be busy. */
const PATIENCE = 120_000;

/** Debian's Chromium. */
export function startBrowser(): Promise<Browser> {
  return chromium.launch({ executablePath: findChromium(), args: FLAGS, timeout: PATIENCE });
}

/** A page, with its errors and its requests for other files. */
export interface WatchedPage {
  readonly page: Page;
  readonly faults: string[];
}

/** Opens a file of this machine; nothing else is to be loaded. */
export async function openFile(browser: Browser, path: string, width: number): Promise<WatchedPage> {
  const page = await browser.newPage({ viewport: { width, height: 900 }, colorScheme: 'light' });
  page.setDefaultTimeout(PATIENCE);
  const url = `file://${path}`;
  const faults: string[] = [];
  page.on('console', (message) => faults.push(`console: ${message.text()}`));
  page.on('pageerror', (error) => faults.push(`error: ${error.message}`));
  page.on('request', (request) => {
    if (request.url() !== url && !request.url().startsWith('data:')) faults.push(`request: ${request.url()}`);
  });
  await page.goto(url);
  return { page, faults };
}

function findChromium(): string {
  const found = PATH.split(delimiter)
    .map((directory) => join(directory, 'chromium'))
    .find((path) => {
      try {
        accessSync(path, constants.X_OK);
        return true;
      } catch {
        return false;
      }
    });
  if (found === undefined) throw new Error('there is no chromium');
  return found;
}
