import * as z from 'zod';
import type { AwsLabel } from './labels.ts';

const names = z.array(z.string().max(50)).max(100).nullish();

/** Which labels a request wants to see. */
export const labelFilters = z.object({
  LabelInclusionFilters: names,
  LabelExclusionFilters: names,
  LabelCategoryInclusionFilters: names,
  LabelCategoryExclusionFilters: names,
});

/**
 * Makes the test of a request's filters. A label is in when it or its category is included, or nothing is, and out when
 * it or its category is excluded.
 */
export function labelFilter(filters: z.output<typeof labelFilters>): (label: AwsLabel) => boolean {
  const included = namesOf(filters.LabelInclusionFilters);
  const excluded = namesOf(filters.LabelExclusionFilters);
  const inCategories = namesOf(filters.LabelCategoryInclusionFilters);
  const outCategories = namesOf(filters.LabelCategoryExclusionFilters);
  const anything = included.size === 0 && inCategories.size === 0;
  return ({ Name: name, Categories: categories }) => {
    const within = (wanted: ReadonlySet<string>) => categories.some((one) => wanted.has(normal(one.Name)));
    if (excluded.has(normal(name)) || within(outCategories)) return false;
    return anything || included.has(normal(name)) || within(inCategories);
  };
}

function namesOf(list: readonly string[] | null | undefined): ReadonlySet<string> {
  return new Set((list ?? []).map(normal));
}

function normal(name: string): string {
  return name.trim().toLowerCase();
}
