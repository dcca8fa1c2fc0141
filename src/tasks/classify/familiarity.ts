import type { TensorMap } from '../../engine/types.ts';
import { PictorError } from '../../errors.ts';
import type { LabelRecord } from '../../models/labels/index.ts';
import type { Manifest } from '../../models/manifest/manifest.ts';
import type { Familiarity } from '../types.ts';

/**
 * What the graph says about how near a picture lies to those it was trained on; nothing for models that cannot tell.
 *
 * @throws MODEL_MANIFEST_INVALID when the graph lacks an output that the manifest names
 */
export function familiarityOf(
  outputs: TensorMap,
  { id, output }: Pick<Manifest, 'id' | 'output'>,
  labels: readonly LabelRecord[],
): Familiarity | undefined {
  if (output.decoder !== 'classification' || output.unknown === undefined) return undefined;
  const { unknown } = output;
  const distance = Number(outputs[unknown.distance]?.data[0] ?? Number.NaN);
  const nearest = labels[Number(outputs[unknown.nearest]?.data[0] ?? -1)];
  if (nearest !== undefined && !Number.isNaN(distance)) {
    return { unknown: distance > unknown.threshold, nearest, distance };
  }
  throw new PictorError('MODEL_MANIFEST_INVALID', {
    expected: `outputs ${unknown.distance} and ${unknown.nearest} of one value per picture`,
    received: `${id} with ${Object.keys(outputs).join(', ')}`,
    fix: 'Correct `output.unknown` in the manifest',
  });
}
