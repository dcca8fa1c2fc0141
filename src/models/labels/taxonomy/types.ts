/** A term in both languages. */
export interface Term {
  readonly en: string;
  readonly zh: string;
}

/** What a term names: a thing, the place a picture shows, or a notion. */
export type ThingKind = 'object' | 'scene' | 'concept';

/** A term of the taxonomy's vocabulary. */
export interface TaxonomyTerm extends Term {
  /** Stable name in kebab case, e.g. `musical-instrument`: what a mapping to other vocabularies is keyed by. */
  readonly id: string;
  readonly kind: ThingKind;
}

/** Where a class belongs. */
export interface TaxonomyEntry {
  readonly category: Term;
  /** Broader terms, nearest first; the last is the category. */
  readonly parents: readonly Term[];
}
