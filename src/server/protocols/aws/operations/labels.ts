/**
 * Tags as the vendor's labels: every broader term of a label is a label of its own.
 *
 * @module
 */
import type { Term } from '../../../../models/labels/taxonomy/taxonomy.ts';
import type { Box, Tag } from '../../../../tasks/types.ts';
import { titleName } from '../../shared/names.ts';
import { synonymsOf } from './aliases.ts';
import { rekognitionCategory } from './categories.ts';

/** One label as the vendor writes it. */
export interface AwsLabel {
  readonly Name: string;
  readonly Confidence: number;
  readonly Instances: readonly object[];
  readonly Parents: readonly { readonly Name: string }[];
  readonly Aliases: readonly { readonly Name: string }[];
  readonly Categories: readonly { readonly Name: string }[];
}

/**
 * The labels of a picture, best first, a label before its broader terms. A broader term is as sure as the surest label
 * below it.
 *
 * @param tags best first
 * @param size of the upright picture, pixels
 */
export function labelsOf(
  tags: readonly Tag[],
  size: { readonly width: number; readonly height: number },
): AwsLabel[] {
  const labels = new Map<string, AwsLabel>();
  for (const tag of tags) {
    const name = titleName(tag.label);
    const above = tag.parents.filter(({ en }) => titleName(en) !== name);
    const instances = tag.instances.map(({ score, box }) => ({
      BoundingBox: ratios(box, size),
      Confidence: score * 100,
    }));
    labels.set(name, label(name, tag.score, tag.parents, above, synonymsOf(tag.id), instances));
    for (const [index, { en }] of above.entries()) {
      const term = titleName(en);
      // A better tag has named it already.
      if (labels.has(term)) continue;
      labels.set(term, label(term, tag.score, above.slice(index), above.slice(index + 1), [], []));
    }
  }
  return [...labels.values()].sort((a, b) => b.Confidence - a.Confidence);
}

function label(
  name: string,
  score: number,
  path: readonly Term[],
  above: readonly Term[],
  synonyms: readonly string[],
  instances: readonly object[],
): AwsLabel {
  const category = rekognitionCategory(path);
  return {
    Name: name,
    Confidence: score * 100,
    Instances: instances,
    Parents: above.map(({ en }) => ({ Name: titleName(en) })),
    Aliases: synonyms.map((synonym) => ({ Name: titleName(synonym) })),
    Categories: category === undefined ? [] : [{ Name: category }],
  };
}

function ratios({ x, y, width, height }: Box, size: { readonly width: number; readonly height: number }) {
  return {
    Width: width / size.width,
    Height: height / size.height,
    Left: x / size.width,
    Top: y / size.height,
  };
}
