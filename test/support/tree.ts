/**
 * Trees of arbitrary files, as values and on disk.
 */
import { chmodSync, lchownSync, linkSync, lutimesSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import fc from 'fast-check';
import { asByteString, type ByteString } from '../../src/ground/bytestring.js';
import { byteNames } from './arbitraries.js';

export type TreeNode =
  | ({ readonly kind: 'file'; readonly size: number; readonly pattern: string } & Attributes)
  | ({ readonly kind: 'directory'; readonly children: readonly TreeNode[] } & Attributes)
  | ({ readonly kind: 'symlink'; readonly target: ByteString } & Attributes)
  /** A further name of the file made last; a file of its own where there is none. */
  | ({ readonly kind: 'hardlink' } & Attributes);

export interface Attributes {
  readonly name: ByteString;
  readonly mode: number;
  readonly mtime: number;
  readonly uid: number;
  readonly gid: number;
}

export interface TreeOptions {
  readonly names: fc.Arbitrary<ByteString>;
  readonly targets: fc.Arbitrary<ByteString>;
}

const isRoot = process.getuid?.() === 0;

const NAMES = byteNames({ minLength: 1, maxLength: 255, without: '/\0' });
const ANYTHING: TreeOptions = { names: NAMES, targets: byteNames({ minLength: 1, maxLength: 1000, without: '\0' }) };

/** What is in a store: a few nodes of different names. */
export function treeNodes(options: TreeOptions = ANYTHING): fc.Arbitrary<TreeNode[]> {
  const attributes = {
    name: options.names.filter((name) => name !== '.' && name !== '..'),
    mode: fc.nat(0o7777),
    mtime: fc.oneof(fc.constant(1), fc.integer({ min: -(2 ** 31), max: 2 ** 32 })),
    uid: fc.constantFrom(0, 1, 1000, 65534, 3_000_000),
    gid: fc.constantFrom(0, 1, 100, 65534, 3_000_000),
  };
  const { nodes } = fc.letrec<{ nodes: TreeNode[]; node: TreeNode }>((tie) => ({
    node: fc.oneof(
      { depthSize: 'small', maxDepth: 3 },
      fc.record({
        kind: fc.constant('file' as const),
        size: fc.oneof(
          fc.nat(2000),
          fc.constantFrom(0, 1, 511, 512, 513, 1024, 9215, 9216, 10239, 10240, 10241, 65536, 70000),
        ),
        pattern: fc.string({ minLength: 1, maxLength: 7 }),
        ...attributes,
      }),
      fc.record({ kind: fc.constant('symlink' as const), target: options.targets, ...attributes }),
      fc.record({ kind: fc.constant('hardlink' as const), ...attributes }),
      fc.record({ kind: fc.constant('directory' as const), children: tie('nodes'), ...attributes }),
    ),
    nodes: fc.uniqueArray(tie('node'), { maxLength: 6, selector: (node) => node.name }),
  }));
  return nodes;
}

/** The mode that a node gets: a user other than root must be able to read what the test made. */
export function modeOf(node: TreeNode): number {
  return isRoot ? node.mode : node.mode | 0o500;
}

/** Makes the nodes in a directory, which is given as a byte string. */
export function makeTree(directory: ByteString, nodes: readonly TreeNode[]): void {
  const made: { file: Buffer | undefined } = { file: undefined };
  for (const node of nodes) makeNode(directory, node, made);
}

function makeNode(directory: ByteString, node: TreeNode, made: { file: Buffer | undefined }): void {
  const name = asByteString(`${directory}/${node.name}`);
  const path = Buffer.from(name, 'latin1');
  if (node.kind === 'hardlink' && made.file !== undefined) {
    linkSync(made.file, path);
    return;
  }
  if (node.kind === 'directory') {
    mkdirSync(path);
    for (const child of node.children) makeNode(name, child, made);
  } else if (node.kind === 'symlink') {
    symlinkSync(Buffer.from(node.target, 'latin1'), path);
  } else {
    writeFileSync(path, node.kind === 'file' ? Buffer.alloc(node.size, node.pattern) : '');
    made.file = path;
  }
  if (isRoot) lchownSync(path, node.uid, node.gid);
  if (node.kind !== 'symlink') chmodSync(path, modeOf(node));
  lutimesSync(path, node.mtime, node.mtime);
}
