import type { Tensor } from '../../../engine/types.ts';
import { PictorError } from '../../../errors.ts';
import { resolveLabels } from '../../../models/labels/index.ts';
import type { Manifest } from '../../../models/manifest/manifest.ts';

/**
 * The best classes of each row of scores, as texts `score:index:label` (Triton's classification extension).
 *
 * @param count how many of each row
 * @throws FEATURE_UNSUPPORTED when the tensor holds no rows of scores
 */
export function classesOf(
  { dims, data }: Tensor,
  count: number,
  { labels, output }: Manifest,
): { readonly shape: readonly number[]; readonly texts: readonly string[] } {
  const [rows, classes] = dims;
  if (
    dims.length !== 2 ||
    rows === undefined ||
    classes === undefined ||
    output.decoder !== 'classification'
  ) {
    throw new PictorError('FEATURE_UNSUPPORTED', {
      expected: 'an output of classes for `classification`',
      received: `shape [${dims.join(', ')}]`,
    });
  }
  const names = labels === undefined ? [] : resolveLabels(labels);
  const most = Math.min(count, classes);
  const texts = Array.from({ length: rows }, (_, row) => {
    const scores = Array.from(data.subarray(row * classes, (row + 1) * classes), Number);
    const order = scores.map((_score, index) => index).sort((a, b) => (scores[b] ?? 0) - (scores[a] ?? 0));
    return order.slice(0, most).map((index) => {
      const label = names[index - output.classOffset]?.label;
      return `${scores[index]}:${index}${label === undefined ? '' : `:${label}`}`;
    });
  });
  return { shape: [rows, most], texts: texts.flat() };
}
