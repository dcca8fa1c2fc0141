import { resolveLabels } from '../../../../models/labels/index.ts';
import { labelId } from '../../../../models/labels/taxonomy/taxonomy.ts';

let byId: ReadonlyMap<string, readonly string[]> | undefined;

/**
 * Other names of a label: those of its WordNet synset, where it is one of ImageNet's.
 *
 * @param id of a tag
 */
export function synonymsOf(id: string): readonly string[] {
  byId ??= new Map(
    resolveLabels('imagenet-1k').map(({ index, synonyms }) => [
      labelId('imagenet-1k', index) ?? '',
      synonyms ?? [],
    ]),
  );
  return byId.get(id) ?? [];
}
