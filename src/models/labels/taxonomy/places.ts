import type { TermNode } from './tree.ts';

/**
 * Reads a table of places: `Term: class, class, first..last`, where a range follows the order of the classes.
 *
 * @param table the lines; a term may have several
 * @param names the classes in class order, no two the same
 * @param tree the terms by English name
 * @returns the term of each class by name; what the table or the tree does not know is left out
 */
export function readPlaces(
  table: string,
  names: readonly string[],
  tree: ReadonlyMap<string, TermNode>,
): ReadonlyMap<string, TermNode> {
  const position = new Map(names.map((name, index) => [name, index]));
  const places = new Map<string, TermNode>();
  for (const line of table.split('\n')) {
    const [en = '', list = ''] = line.split(': ');
    const node = tree.get(en);
    if (!node) continue;
    for (const item of list.split(', ')) {
      const [first = '', last = first] = item.split('..');
      const from = position.get(first);
      const to = position.get(last);
      if (from === undefined || to === undefined) continue;
      for (const name of names.slice(from, to + 1)) places.set(name, node);
    }
  }
  return places;
}
