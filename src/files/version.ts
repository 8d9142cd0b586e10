import { readFileSync } from 'node:fs';

/** The version of this package. */
export function readVersion(): string {
  const about: { version: string } = JSON.parse(readFileSync(new URL(import.meta.resolve('#package')), 'utf8'));
  return about.version;
}
