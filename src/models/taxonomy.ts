/**
 * Categories of classes. Covered: the COCO sets, by the supercategories of their annotations (arXiv:1405.0312).
 *
 * @module
 */
import { resolveLabels } from './labels/index.ts';
import type { LabelSet } from './labels/types.ts';

/** A term in both languages. */
export interface Term {
  readonly en: string;
  readonly zh: string;
}

/** Where a class belongs. */
export interface TaxonomyEntry {
  readonly category: Term;
  /** Broader terms, nearest first. */
  readonly parents: readonly Term[];
}

/** Supercategory and its last class, in the order of COCO's ids. */
const COCO_RUNS: readonly (readonly [last: string, en: string, zh: string])[] = [
  ['person', 'Person', '人物'],
  ['boat', 'Vehicle', '交通工具'],
  ['bench', 'Outdoor', '户外设施'],
  ['giraffe', 'Animal', '动物'],
  ['suitcase', 'Accessory', '配饰'],
  ['tennis racket', 'Sports', '运动'],
  ['bowl', 'Kitchen', '厨房用品'],
  ['cake', 'Food', '食物'],
  ['toilet', 'Furniture', '家具'],
  ['cell phone', 'Electronic', '电子产品'],
  ['refrigerator', 'Appliance', '家电'],
  ['toothbrush', 'Indoor', '室内用品'],
];

const built = new Map<string, readonly TaxonomyEntry[]>();

/**
 * Category and broader terms of a class.
 *
 * @param set a built-in label set
 * @param index class index, 0-based
 * @returns undefined where the taxonomy says nothing
 * @example
 * taxonomyOf('coco-80', 16)?.category; // { en: 'Animal', zh: '动物' }
 */
export function taxonomyOf(set: LabelSet, index: number): TaxonomyEntry | undefined {
  if (set !== 'coco-80' && set !== 'coco-91') return undefined;
  const known = built.get(set) ?? cocoEntries(set);
  built.set(set, known);
  return known[index];
}

function cocoEntries(set: 'coco-80' | 'coco-91'): TaxonomyEntry[] {
  const entries: TaxonomyEntry[] = [];
  let run = 0;
  for (const { label } of resolveLabels(set)) {
    const [last, en, zh] = COCO_RUNS[run] ?? ['', 'Indoor', '室内用品'];
    const term = { en, zh };
    entries.push({ category: term, parents: [term] });
    if (label === last) run += 1;
  }
  return entries;
}
