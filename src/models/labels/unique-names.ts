import type { LabelRecord } from './types.ts';

/**
 * Names for an answer that is keyed by name, such as ImageAI's `{ name: percent }`: no two are the same.
 *
 * The first class of a name keeps it plainly; a later one gets its WordNet id in brackets, or its class index where
 * it has none. In ImageNet that touches two classes of a thousand: `crane` is the bird and `crane (n03126707)` the
 * machine; `maillot` is the tights-like suit and `maillot (n03710721)` the one-piece swimsuit.
 *
 * @param records all labels of a model, in class order, so that a class has the same name in every answer
 * @returns one name for each record, in the same order
 * @example
 * uniqueNames(resolveLabels('imagenet-1k'))[517]; // 'crane (n03126707)'
 */
export function uniqueNames(records: readonly LabelRecord[]): readonly string[] {
  const plain = new Set(records.map(({ label }) => label));
  const taken = new Set<string>();
  return records.map(({ label, synset, index }) => {
    let name = label;
    if (taken.has(label)) {
      name = `${label} (${synset ?? index})`;
      // A model's own list may hold such a name already.
      while (taken.has(name) || plain.has(name)) name = `${name} (${index})`;
    }
    taken.add(name);
    return name;
  });
}
