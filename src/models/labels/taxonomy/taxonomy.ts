/**
 * Categories and broader terms of classes, in English and Chinese: one vocabulary for all built-in label sets.
 *
 * @module
 */
import { resolveLabels, uniqueNames } from '../index.ts';
import type { LabelSet } from '../types.ts';
import { COCO_PLACES } from './coco.ts';
import { IMAGENET_PLACES } from './imagenet-1k.ts';
import { NSFW_PLACES } from './nsfw.ts';
import { readPlaces } from './places.ts';
import { termTree } from './tree.ts';
import type { TaxonomyEntry, TaxonomyTerm, Term, ThingKind } from './types.ts';

export { labelId } from './label-id.ts';
export type { TaxonomyEntry, TaxonomyTerm, Term, ThingKind } from './types.ts';

/** The kinds of things in both languages. */
export const KIND_TERMS: Readonly<Record<ThingKind, Term>> = {
  object: { en: 'object', zh: '物体' },
  scene: { en: 'scene', zh: '场景' },
  concept: { en: 'concept', zh: '概念' },
};

/** The table of a set, and the set whose class order its ranges follow. */
const tables: Readonly<Record<LabelSet, readonly [table: string, order: LabelSet]>> = {
  'imagenet-1k': [IMAGENET_PLACES, 'imagenet-1k'],
  'coco-80': [COCO_PLACES, 'coco-91'],
  'coco-91': [COCO_PLACES, 'coco-91'],
  'nsfw-5': [NSFW_PLACES, 'nsfw-5'],
};

const built = new Map<LabelSet, readonly (TaxonomyEntry | undefined)[]>();

/**
 * Category and broader terms of a class.
 *
 * @param set a built-in label set
 * @param index class index, 0-based
 * @returns undefined where the set has no such class
 * @example
 * taxonomyOf('imagenet-1k', 184)?.parents.map(({ en }) => en); // ['Terrier', 'Dog', 'Mammal', 'Animal']
 */
export function taxonomyOf(set: LabelSet, index: number): TaxonomyEntry | undefined {
  const known = built.get(set) ?? entriesOf(set);
  built.set(set, known);
  return known[index];
}

/**
 * The two broadest terms of a class, for vocabularies of two levels.
 *
 * @param place category and parents of a class, or a tag
 * @returns the category, and the term below it; the category twice where the class lies directly in it
 * @example
 * const entry = taxonomyOf('imagenet-1k', 184);
 * if (entry) levelsOf(entry).second; // { en: 'Mammal', zh: '哺乳动物' }
 */
export function levelsOf({ category, parents }: TaxonomyEntry): {
  readonly first: Term;
  readonly second: Term;
} {
  return { first: category, second: parents.at(-2) ?? category };
}

/**
 * Whether a class is a thing, a scene or a concept.
 *
 * @param place category and parents of a class, or a tag
 * @returns `object` for a term that is not in the vocabulary
 */
export function kindOf({ category, parents }: TaxonomyEntry): ThingKind {
  return taxonomyTerm((parents[0] ?? category).en)?.kind ?? 'object';
}

/**
 * A term of the vocabulary, with its stable id.
 *
 * @param en its English name
 * @returns undefined when there is no such term
 * @example
 * taxonomyTerm('Musical Instrument')?.id; // 'musical-instrument'
 */
export function taxonomyTerm(en: string): TaxonomyTerm | undefined {
  return termTree().get(en)?.term;
}

/** The whole vocabulary: every category, each before the terms below it. */
export function taxonomyTerms(): readonly TaxonomyTerm[] {
  return [...termTree().values()].map(({ term }) => term);
}

/** The broadest terms, in the order of the vocabulary. */
export function taxonomyCategories(): readonly TaxonomyTerm[] {
  return [...termTree().values()].filter(({ path }) => path.length === 1).map(({ term }) => term);
}

function entriesOf(set: LabelSet): readonly (TaxonomyEntry | undefined)[] {
  const [table, order] = tables[set];
  const places = readPlaces(table, uniqueNames(resolveLabels(order)), termTree());
  return uniqueNames(resolveLabels(set)).map((name) => {
    const parents = places.get(name)?.path.map(({ en, zh }) => Object.freeze({ en, zh }));
    const category = parents?.at(-1);
    return parents && category ? Object.freeze({ category, parents: Object.freeze(parents) }) : undefined;
  });
}
