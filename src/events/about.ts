/** What a trace and a report say of a build as a whole. */
import { hostname } from 'node:os';
import { readVersion } from '../files/version.js';
import type { Recording } from './recording.js';

export interface BuildAbout {
  /** Of layerstream. */
  readonly version: string;
  /** Of Node.js. */
  readonly node: string;
  /** `linux x64`. */
  readonly system: string;
  readonly host: string;
  /** When the build was called, in ISO 8601. */
  readonly begin: string;
  /** The command line, and what it calls the conf; undefined for a build by the library. */
  readonly command: string | undefined;
  readonly conf: string | undefined;
}

/** For a finished build of this process. */
export function aboutBuild({ start, command, conf }: Recording): BuildAbout {
  return {
    version: readVersion(),
    node: process.versions.node,
    system: `${process.platform} ${process.arch}`,
    host: hostname(),
    begin: new Date(start).toISOString(),
    command,
    conf,
  };
}
