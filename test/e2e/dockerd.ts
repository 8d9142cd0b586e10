import type { Command } from './run.js';

/**
 * A dockerd apart from any other, and without a network, which not every machine has. It takes the quickest kind of
 * storage that works here, unless one is named.
 */
export function dockerd(directory: string, { host, storage }: { host: string; storage?: string }): Command {
  const places = ['--data-root', `${directory}/data`, '--exec-root', `${directory}/exec`];
  const network = ['--bridge', 'none', '--iptables=false', '--ip6tables=false'];
  const driver = storage === undefined ? [] : ['--storage-driver', storage];
  return ['dockerd', '--host', host, ...places, '--pidfile', `${directory}/pid`, ...network, ...driver];
}
