/**
 * Version 1 B-trees: the links of old-style groups, and the chunks of datasets.
 *
 * @module
 */
import { type Cursor, type FileAccess, requireSignature } from './cursor.ts';
import { damagedHdf5 } from './problem.ts';

const MAX_LEVEL = 32;

/**
 * Addresses of a tree's leaves with the key before each, in order.
 *
 * @param kind 0 for links, 1 for chunks
 * @param keyBytes bytes of one key
 * @param readKey reads a key of that many bytes
 */
export function* leavesOf<Key>(
  file: FileAccess,
  root: number,
  kind: 0 | 1,
  keyBytes: number,
  readKey: (cursor: Cursor) => Key,
): Generator<{ readonly key: Key; readonly at: number }> {
  const seen = new Set<number>();
  const open: { readonly at: number; readonly level: number | undefined }[] = [
    { at: root, level: undefined },
  ];
  for (let node = open.pop(); node; node = open.pop()) {
    if (seen.has(node.at)) throw damagedHdf5('a B-tree that contains itself');
    seen.add(node.at);
    const head = file.cursor(node.at, 8 + 2 * file.widths.offset);
    requireSignature(head, 'TREE');
    const [type, level, entries] = [head.u8(), head.u8(), head.u16()];
    if (type !== kind || level > MAX_LEVEL || (node.level !== undefined && level !== node.level)) {
      throw damagedHdf5(`a B-tree node of type ${type}, level ${level}`);
    }
    const step = keyBytes + file.widths.offset;
    file.spend(entries);
    const cursor = file.cursor(node.at + head.at + 2 * file.widths.offset, entries * step + keyBytes);
    const children: { key: Key; at: number }[] = [];
    for (let i = 0; i < entries; i++) {
      const start = cursor.at;
      const key = readKey(cursor);
      cursor.skip(keyBytes - (cursor.at - start));
      const at = cursor.offset();
      if (at < 0) throw damagedHdf5('a B-tree that leads nowhere');
      children.push({ key, at });
    }
    if (level === 0) yield* children;
    else for (const { at } of children.toReversed()) open.push({ at, level: level - 1 });
  }
}
