/** Names of images, in the grammar of Docker's references (distribution, reference.go). Image-spec defines none. */

export interface ImageName {
  /** As it was written, with its tag: `app:1.2`. */
  readonly text: string;
  readonly tag: string;
  /** Registry, repository and tag: `docker.io/library/app:1.2`. */
  readonly full: string;
}

const TAG = /^\w[\w.-]{0,127}$/;
const HOST =
  /^(?:[a-zA-Z\d](?:[a-zA-Z\d-]*[a-zA-Z\d])?(?:\.[a-zA-Z\d](?:[a-zA-Z\d-]*[a-zA-Z\d])?)*|\[[a-fA-F\d:]+\])(?::\d+)?$/;
const REPOSITORY = /^[a-z\d]+(?:(?:[._]|__|-+)[a-z\d]+)*(?:\/[a-z\d]+(?:(?:[._]|__|-+)[a-z\d]+)*)*$/;
const MAX_NAME = 255;

const DEFAULT_HOST = 'docker.io';
const OLD_DEFAULT_HOST = 'index.docker.io';
const DEFAULT_TAG = 'latest';

/** What Docker takes for the beginning of a digest, or for a whole one. */
const DIGEST_LIKE = /^(?:docker\.io\/library\/sha256|[a-f\d]{64})$/;

/**
 * Reads `app:1.2`, `registry.example:5000/team/app:1.2`, or `team/app` (tag `latest`). A digest is no name for an image
 * that is yet to be built. Undefined for a text that is no name.
 */
export function parseImageName(text: string): ImageName | undefined {
  const colon = text.lastIndexOf(':');
  const hasTag = colon > text.lastIndexOf('/');
  const tag = hasTag ? text.slice(colon + 1) : DEFAULT_TAG;
  const [host, repository] = splitHost(hasTag ? text.slice(0, colon) : text);
  if (!TAG.test(tag) || !HOST.test(host) || !REPOSITORY.test(repository)) return undefined;
  const name = `${host}/${repository}`;
  if (name.length > MAX_NAME || DIGEST_LIKE.test(name) || DIGEST_LIKE.test(text)) return undefined;
  return { text: hasTag ? text : `${text}:${tag}`, tag, full: `${name}:${tag}` };
}

/** The first part is a host if it cannot be anything else, as in `splitDockerDomain` of distribution. */
function splitHost(name: string): [host: string, repository: string] {
  const slash = name.indexOf('/');
  const first = name.slice(0, Math.max(slash, 0));
  const isHost = /[.:]/.test(first) || first === 'localhost' || first !== first.toLowerCase();
  if (!isHost) return [DEFAULT_HOST, slash < 0 ? `library/${name}` : name];
  const rest = name.slice(slash + 1);
  if (first !== DEFAULT_HOST && first !== OLD_DEFAULT_HOST) return [first, rest];
  return [DEFAULT_HOST, rest.includes('/') ? rest : `library/${rest}`];
}
