/** Needs no quotes in a shell. */
const PLAIN = /^[\w@%+=:,./-]+$/;

/** Of a URL: who may use it. */
const CREDENTIALS = /(?<=:\/\/)[^/@\s]+(?=@)/g;

/** A command line of the program as it could be typed again. Credentials in URLs are left out. */
export function formatCommandLine(args: readonly string[]): string {
  return ['layerstream', ...args.map((arg) => quote(arg.replace(CREDENTIALS, '…')))].join(' ');
}

function quote(arg: string): string {
  return PLAIN.test(arg) ? arg : `'${arg.replaceAll("'", "'\\''")}'`;
}
