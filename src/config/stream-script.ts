/**
 * The script that streams an image: what `streamLayeredImage` builds. nixpkgs makes it with `makeWrapper`, whose words
 * have changed over the years; the conf has always been the argument of the program that it runs:
 *
 *     exec "/nix/store/…-stream"  /nix/store/…-app-conf.json "$@"
 */

/** A file of a store, with the name that a conf has. */
const CONF = /\/[^\s"'`$(){}<>|;&*?\\]*\/[0-9a-z]{32}-[\w+.?=-]*conf\.json(?![\w+.?=/-])/g;

/** The confs that a script names, each once; undefined for what is no script. */
export function confsOfScript(bytes: Uint8Array): readonly string[] | undefined {
  const text = Buffer.from(bytes).toString('utf8');
  if (!text.startsWith('#!')) return undefined;
  return [...new Set(text.match(CONF))];
}
