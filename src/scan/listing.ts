/**
 * A layer's entries in final order, as columns.
 *
 * All columns are views of shared memory: a listing goes to any number of threads by reference, and costs about
 * 40 bytes an entry and the entry's own name.
 */
import { asByteString, type ByteString } from '../ground/bytestring.js';

export interface Listing {
  readonly count: number;
  /** How deep each entry lies below its store path, which has depth 0. Entries follow their directory (preorder). */
  readonly depth: Uint16Array;
  /** `st_mode` of each entry, file type included. */
  readonly mode: Uint16Array;
  /** Bytes of each regular file; 0 for others. */
  readonly size: Float64Array;
  readonly inode: BigUint64Array;
  /** `st_dev` of each run of entries on one device; a layer has seldom more than one. */
  readonly device: BigUint64Array;
  /** Number of the entry with which each run begins. */
  readonly deviceStart: Uint32Array;
  /** `st_ctime` in nanoseconds. */
  readonly ctime: BigInt64Array;
  /** Where each entry's name ends in `names`. */
  readonly nameEnd: Uint32Array;
  /** Name of each entry: the whole path at depth 0, one component below. */
  readonly names: Uint8Array;
  /** Where each entry, its body included, ends in the tar of this listing alone. */
  readonly entryEnd: Float64Array;
  /** Where each symbolic link's target ends in `targets`; links in the order of entries. */
  readonly targetEnd: Uint32Array;
  readonly targets: Uint8Array;
  /** Each entry's own time and owner, where the conf does not set them. */
  readonly owners: OwnerColumns | undefined;
}

export interface OwnerColumns {
  /** Whole seconds since the epoch, rounded down. */
  readonly mtime: Float64Array;
  readonly uid: Uint32Array;
  readonly gid: Uint32Array;
}

/** An entry as the walk finds it. */
export interface ListedEntry {
  readonly depth: number;
  readonly name: ByteString;
  readonly mode: number;
  readonly size: number;
  readonly device: bigint;
  readonly inode: bigint;
  readonly ctime: bigint;
  /** Given for symbolic links. */
  readonly target: ByteString | undefined;
  /** Bytes of the entry in a tar: header, body and padding. */
  readonly bytes: number;
  readonly mtime: number;
  readonly uid: number;
  readonly gid: number;
}

/** Collects entries; `finish` gives them as columns. */
export class ListingBuilder {
  readonly #withOwners: boolean;
  readonly #depth = new Column(Uint16Array);
  readonly #mode = new Column(Uint16Array);
  readonly #size = new Column(Float64Array);
  readonly #inode = new Column(BigUint64Array);
  readonly #device = new Column(BigUint64Array);
  readonly #deviceStart = new Column(Uint32Array);
  #lastDevice: bigint | undefined;
  readonly #ctime = new Column(BigInt64Array);
  readonly #nameEnd = new Column(Uint32Array);
  readonly #names = new TextColumn();
  readonly #entryEnd = new Column(Float64Array);
  #bytes = 0;
  readonly #targetEnd = new Column(Uint32Array);
  readonly #targets = new TextColumn();
  readonly #mtime = new Column(Float64Array);
  readonly #uid = new Column(Uint32Array);
  readonly #gid = new Column(Uint32Array);

  constructor(options: { withOwners: boolean }) {
    this.#withOwners = options.withOwners;
  }

  get count(): number {
    return this.#depth.length;
  }

  /** Bytes of all entries in a tar. */
  get bytes(): number {
    return this.#bytes;
  }

  add(entry: ListedEntry): void {
    if (entry.device !== this.#lastDevice) {
      this.#device.push(entry.device);
      this.#deviceStart.push(this.count);
      this.#lastDevice = entry.device;
    }
    this.#depth.push(entry.depth);
    this.#mode.push(entry.mode);
    this.#size.push(entry.size);
    this.#inode.push(entry.inode);
    this.#ctime.push(entry.ctime);
    this.#nameEnd.push(this.#names.append(entry.name));
    this.#bytes += entry.bytes;
    this.#entryEnd.push(this.#bytes);
    if (entry.target !== undefined) this.#targetEnd.push(this.#targets.append(entry.target));
    if (!this.#withOwners) return;
    this.#mtime.push(entry.mtime);
    this.#uid.push(entry.uid);
    this.#gid.push(entry.gid);
  }

  finish(): Listing {
    return {
      count: this.count,
      depth: this.#depth.share(),
      mode: this.#mode.share(),
      size: this.#size.share(),
      inode: this.#inode.share(),
      device: this.#device.share(),
      deviceStart: this.#deviceStart.share(),
      ctime: this.#ctime.share(),
      nameEnd: this.#nameEnd.share(),
      names: this.#names.share(),
      entryEnd: this.#entryEnd.share(),
      targetEnd: this.#targetEnd.share(),
      targets: this.#targets.share(),
      owners: this.#withOwners
        ? { mtime: this.#mtime.share(), uid: this.#uid.share(), gid: this.#gid.share() }
        : undefined,
    };
  }
}

/** The part of typed arrays that a column needs. */
interface Cells<T> extends ArrayLike<T> {
  [index: number]: T;
  set(other: ArrayLike<T>): void;
  subarray(from: number, to: number): ArrayLike<T>;
}

interface CellsConstructor<A> {
  readonly BYTES_PER_ELEMENT: number;
  new (length: number): A;
  new (buffer: SharedArrayBuffer): A;
}

/** A typed array that grows. */
class Column<A extends Cells<number> | Cells<bigint>> {
  readonly #type: CellsConstructor<A>;
  #cells: A;
  length = 0;

  constructor(type: CellsConstructor<A>) {
    this.#type = type;
    this.#cells = new type(64);
  }

  push(value: A[number]): void {
    if (this.length === this.#cells.length) {
      const grown = new this.#type(this.length * 2);
      copyCells(this.#cells, grown, this.length);
      this.#cells = grown;
    }
    this.#cells[this.length++] = value;
  }

  /** A copy of just the used cells in shared memory. */
  share(): A {
    const shared = new this.#type(new SharedArrayBuffer(this.length * this.#type.BYTES_PER_ELEMENT));
    copyCells(this.#cells, shared, this.length);
    return shared;
  }
}

function copyCells<A extends Cells<number> | Cells<bigint>>(from: A, to: A, count: number): void {
  // Both are of one type, which TypeScript cannot tell of a union's methods.
  (to as Cells<unknown>).set((from as Cells<unknown>).subarray(0, count));
}

/** Byte strings, one after the other. */
class TextColumn {
  #bytes = Buffer.allocUnsafeSlow(4096);
  #length = 0;

  /** Returns where the text ends. */
  append(text: ByteString): number {
    const end = this.#length + text.length;
    if (end > this.#bytes.length) {
      const grown = Buffer.allocUnsafeSlow(Math.max(end, this.#bytes.length * 2));
      grown.set(this.#bytes.subarray(0, this.#length));
      this.#bytes = grown;
    }
    this.#bytes.write(text, this.#length, 'latin1');
    this.#length = end;
    return end;
  }

  share(): Uint8Array {
    const shared = new Uint8Array(new SharedArrayBuffer(this.#length));
    shared.set(this.#bytes.subarray(0, this.#length));
    return shared;
  }
}

/** Reads packed texts by their number. */
export class TextReader {
  readonly #bytes: Buffer;
  readonly #ends: Uint32Array;

  constructor(texts: Uint8Array, ends: Uint32Array) {
    this.#bytes = Buffer.from(texts.buffer, texts.byteOffset, texts.byteLength);
    this.#ends = ends;
  }

  at(index: number): ByteString {
    const start = index === 0 ? 0 : (this.#ends[index - 1] ?? 0);
    return asByteString(this.#bytes.toString('latin1', start, this.#ends[index]));
  }
}
