/**
 * Reads HDF5 files: the subset that Keras writes, from any {@link ByteSource}, with a bound on everything. Links out of the
 * file, external storage and virtual datasets are refused by name and never followed.
 *
 * @see https://support.hdfgroup.org/documentation/hdf5/latest/_f_m_t3.html
 * @module
 */
import type { ByteSource } from '../source/byte-source.ts';
import { type Attribute, readAttribute } from './attribute.ts';
import { leavesOf } from './b-tree.ts';
import { type Cursor, FileAccess, requireSignature } from './cursor.ts';
import { type Dataset, openDataset } from './dataset.ts';
import { denseObjects } from './fractal-heap.ts';
import { GlobalHeaps, openLocalHeap } from './heap.ts';
import { cursorOver, MESSAGE, type Message, readMessages } from './object-header.ts';
import { damagedHdf5, unsupportedHdf5 } from './problem.ts';

const SIGNATURE = Uint8Array.of(0x89, 0x48, 0x44, 0x46, 0x0d, 0x0a, 0x1a, 0x0a);
const MAX_LINKS = 200_000;
const MAX_PATH_PARTS = 64;
const utf8 = new TextDecoder();

/** Whether a file begins like HDF5. A user block may come before; such files are not made by Keras. */
export function isHdf5(start: Uint8Array): boolean {
  return SIGNATURE.every((byte, i) => start[i] === byte);
}

type Link =
  | { readonly name: string; readonly kind: 'hard'; readonly at: number }
  | { readonly name: string; readonly kind: 'soft' | 'external' };

interface Shared {
  readonly file: FileAccess;
  readonly heaps: GlobalHeaps;
}

/** A group or a dataset. */
export class Hdf5Object {
  readonly path: string;
  readonly #shared: Shared;
  readonly #messages: readonly Message[];
  #links: ReadonlyMap<string, Link> | undefined;
  #attributes: ReadonlyMap<string, Attribute> | undefined;

  constructor(shared: Shared, at: number, path: string) {
    this.path = path;
    this.#shared = shared;
    this.#messages = readMessages(shared.file, at);
  }

  get isDataset(): boolean {
    return this.#messages.some(({ type }) => type === MESSAGE.layout);
  }

  /** Names of what is in a group, in the order of the file. */
  names(): string[] {
    return [...this.#linkMap().keys()];
  }

  /**
   * What lies at a path below this group. Names may contain no slash, so that paths are split there.
   *
   * @returns undefined when there is nothing
   * @throws FEATURE_UNSUPPORTED for links out of the group or the file
   */
  get(path: string): Hdf5Object | undefined {
    const parts = path.split('/').filter((part) => part !== '');
    if (parts.length > MAX_PATH_PARTS) throw damagedHdf5(`a path of ${parts.length} parts`);
    let at: Hdf5Object = this;
    for (const part of parts) {
      const link = at.isDataset ? undefined : at.#linkMap().get(part);
      if (!link) return undefined;
      const inner = `${at.path === '/' ? '' : at.path}/${part}`;
      if (link.kind !== 'hard')
        throw unsupportedHdf5(`${link.kind === 'soft' ? 'a soft' : 'an external'} link: ${inner}`);
      at = new Hdf5Object(this.#shared, link.at, inner);
    }
    return at;
  }

  attribute(name: string): Attribute | undefined {
    return this.#attributeMap().get(name);
  }

  attributeNames(): string[] {
    return [...this.#attributeMap().keys()];
  }

  /** @throws CONVERT_INPUT_INVALID when this is a group */
  dataset(): Dataset {
    if (!this.isDataset) throw damagedHdf5(`the group ${this.path} where a tensor belongs`);
    return openDataset(this.#shared.file, this.#messages, this.path);
  }

  #linkMap(): ReadonlyMap<string, Link> {
    if (this.#links) return this.#links;
    const links = new Map<string, Link>();
    for (const link of linksOf(this.#shared.file, this.#messages)) {
      links.set(link.name, link);
      if (links.size > MAX_LINKS) throw damagedHdf5(`more than ${MAX_LINKS} names in ${this.path}`);
    }
    this.#links = links;
    return links;
  }

  #attributeMap(): ReadonlyMap<string, Attribute> {
    if (this.#attributes) return this.#attributes;
    const { file, heaps } = this.#shared;
    const attributes = new Map<string, Attribute>();
    for (const data of attributeMessages(file, this.#messages, this.path)) {
      const attribute = readAttribute(file, heaps, data);
      attributes.set(attribute.name, attribute);
    }
    this.#attributes = attributes;
    return attributes;
  }
}

/**
 * Opens the root group of an HDF5 file.
 *
 * @throws CONVERT_INPUT_INVALID when the file is damaged
 * @throws FEATURE_UNSUPPORTED naming what Keras never writes
 */
export function openHdf5(source: ByteSource): Hdf5Object {
  if (source.size < 32 || !isHdf5(source.read(0, 8)))
    throw damagedHdf5('a file that does not begin like one');
  const [version = 0] = source.read(8, 1);
  const widthAt = version < 2 ? 13 : 9;
  const [offset = 0, length = 0] = source.read(widthAt, 2);
  if (version > 3 || ![2, 4, 8].includes(offset) || ![2, 4, 8].includes(length)) {
    throw damagedHdf5(`a superblock of version ${version} with ${offset}-byte addresses`);
  }
  const file = new FileAccess(source, { offset, length });
  const root = version < 2 ? rootOfFirst(file, version) : rootOfSecond(file);
  return new Hdf5Object({ file, heaps: new GlobalHeaps(file) }, root, '/');
}

function rootOfFirst(file: FileAccess, version: number): number {
  const cursor = file.upTo(0, 128);
  cursor.skip(version === 0 ? 24 : 28);
  requireBase(cursor.offset());
  cursor.skip(3 * file.widths.offset);
  cursor.offset();
  return cursor.offset();
}

function rootOfSecond(file: FileAccess): number {
  const cursor = file.upTo(0, 64);
  cursor.skip(12);
  requireBase(cursor.offset());
  cursor.skip(2 * file.widths.offset);
  return cursor.offset();
}

function requireBase(base: number): void {
  if (base !== 0) throw unsupportedHdf5('a user block before the data');
}

function* linksOf(file: FileAccess, messages: readonly Message[]): Generator<Link> {
  for (const { type, data } of messages) {
    if (type === MESSAGE.symbolTable) yield* oldLinks(file, cursorOver(file, data));
    else if (type === MESSAGE.link) yield readLink(cursorOver(file, data));
    else if (type === MESSAGE.linkInfo) {
      const cursor = cursorOver(file, data);
      cursor.skip(1);
      if (cursor.u8() & 1) cursor.skip(8);
      const [heap, index] = [cursor.offset(), cursor.offset()];
      if (heap < 0) continue;
      for (const object of denseObjects(file, heap, index)) yield readLink(cursorOver(file, object));
    }
  }
}

function* oldLinks(file: FileAccess, cursor: Cursor): Generator<Link> {
  const [tree, heap] = [cursor.offset(), cursor.offset()];
  const nameAt = openLocalHeap(file, heap);
  const { offset, length } = file.widths;
  for (const { at } of leavesOf(file, tree, 0, length, () => undefined)) {
    const head = file.cursor(at, 8);
    requireSignature(head, 'SNOD');
    head.skip(2);
    const count = head.u16();
    file.spend(count);
    const entries = file.cursor(at + 8, count * (2 * offset + 24));
    for (let i = 0; i < count; i++) {
      const name = nameAt(entries.offset());
      const header = entries.offset();
      const cached = entries.u32();
      entries.skip(20);
      if (cached === 2 || header < 0) yield { name, kind: 'soft' };
      else yield { name, kind: 'hard', at: header };
    }
  }
}

function readLink(cursor: Cursor): Link {
  cursor.skip(1);
  const flags = cursor.u8();
  const kind = flags & 8 ? cursor.u8() : 0;
  if (flags & 4) cursor.skip(8);
  if (flags & 16) cursor.skip(1);
  const name = utf8.decode(cursor.bytes(cursor.uint(1 << (flags & 3)) & 0x7fffffff));
  if (kind === 0) return { name, kind: 'hard', at: cursor.offset() };
  return { name, kind: kind === 1 ? 'soft' : 'external' };
}

function* attributeMessages(
  file: FileAccess,
  messages: readonly Message[],
  path: string,
): Generator<Uint8Array> {
  for (const { type, flags, data } of messages) {
    if (type === MESSAGE.attribute) {
      if (flags & 2) throw unsupportedHdf5(`a shared attribute of ${path}`);
      yield data;
    } else if (type === MESSAGE.attributeInfo) {
      const cursor = cursorOver(file, data);
      cursor.skip(1);
      if (cursor.u8() & 1) cursor.skip(2);
      const [heap, index] = [cursor.offset(), cursor.offset()];
      if (heap >= 0) yield* denseObjects(file, heap, index);
    }
  }
}
