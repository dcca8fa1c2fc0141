import { PictorError } from '../../errors.ts';
import { type LabelRecord, uniqueNames } from '../../models/labels/index.ts';
import { normalName } from '../../tasks/options.ts';

/**
 * Class index by what people call a class: synset, English or Chinese label, synonym. A label counts before another
 * class's synonym. Names compare without case, and with spaces, dashes and underscores alike.
 *
 * @param labels of the model
 * @returns a function that throws DATASET_INVALID for a label that two classes share, such as ImageNet's `crane`
 * @example
 * classFinder(resolveLabels('imagenet-1k'))('n02130308'); // 293
 */
export function classFinder(labels: readonly LabelRecord[]): (name: string) => number | undefined {
  const certain = new Map<string, number>();
  const byLabel = new Map<string, number[]>();
  const bySynonym = new Map<string, number>();
  const unique = uniqueNames(labels);
  for (const [index, { label, zh, synset, synonyms }] of labels.entries()) {
    if (synset) certain.set(synset, index);
    const own = unique[index];
    if (own && own !== label) certain.set(normalName(own), index);
    for (const name of new Set([label, zh ?? label].map(normalName))) {
      byLabel.set(name, [...(byLabel.get(name) ?? []), index]);
    }
    for (const synonym of synonyms ?? []) {
      const name = normalName(synonym);
      if (!bySynonym.has(name)) bySynonym.set(name, index);
    }
  }
  return (raw) => {
    const name = normalName(raw);
    const sure = certain.get(name);
    if (sure !== undefined) return sure;
    const [index, second] = byLabel.get(name) ?? [];
    if (second === undefined) return index ?? bySynonym.get(name);
    throw new PictorError('DATASET_INVALID', {
      expected: 'class names that mean one class each',
      received: `${raw}, which is ${unique[index ?? 0]} as well as ${unique[second]}`,
      fix: `Name it ${labels[index ?? 0]?.synset ?? index} or ${labels[second]?.synset ?? second}`,
    });
  };
}
