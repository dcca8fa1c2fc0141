/**
 * The tree of terms, read once from its table.
 *
 * @module
 */
import { TERMS_TABLE } from './terms.ts';
import type { TaxonomyTerm, ThingKind } from './types.ts';

const INDENT = 2;

/** A term with the terms above it. */
export interface TermNode {
  readonly term: TaxonomyTerm;
  /** The term itself, then broader ones, the category last. */
  readonly path: readonly TaxonomyTerm[];
}

let tree: ReadonlyMap<string, TermNode> | undefined;

/** Every term by its English name, in the order of the table: a category comes before the terms below it. */
export function termTree(): ReadonlyMap<string, TermNode> {
  tree ??= readTree(TERMS_TABLE);
  return tree;
}

function readTree(table: string): ReadonlyMap<string, TermNode> {
  const nodes = new Map<string, TermNode>();
  const above: TaxonomyTerm[] = [];
  for (const line of table.trim().split('\n')) {
    const text = line.trimStart();
    const [en = '', zh = '', kind] = text.split('|');
    above.length = (line.length - text.length) / INDENT;
    const term = Object.freeze({
      id: en.toLowerCase().replaceAll(' ', '-'),
      en,
      zh,
      kind: isKind(kind) ? kind : (above.at(-1)?.kind ?? 'object'),
    });
    above.push(term);
    nodes.set(en, { term, path: Object.freeze(above.toReversed()) });
  }
  return nodes;
}

function isKind(text: string | undefined): text is ThingKind {
  return text === 'object' || text === 'scene' || text === 'concept';
}
