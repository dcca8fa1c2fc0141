import { PictorError } from '../../errors.ts';
import type { TappedBackbone } from '../features/choose-taps.ts';
import { trainingGraph } from '../graph/training-graph.ts';
import type { HeadKind } from '../options.ts';
import { planLayers } from './layers.ts';
import { resolveSettings } from './options.ts';
import type { FineTuneOptions } from './types.ts';

/**
 * Refuses a fine-tuning that could not be, before anything is begun: options, layers, operators without a gradient.
 *
 * @param classes of the data set
 * @throws OPTION_INVALID, FEATURE_UNSUPPORTED naming the operators
 */
export async function requireTrainable(
  { model, taps }: Pick<TappedBackbone, 'model' | 'taps'>,
  head: HeadKind,
  classes: number,
  options: FineTuneOptions,
): Promise<void> {
  if (head === 'nearest') {
    throw new PictorError('OPTION_INVALID', {
      expected: 'a logistic or means head to start fine-tuning from',
      received: head,
      fix: 'Leave --head out, or --fine-tune',
    });
  }
  const settings = resolveSettings(options, Number.MAX_SAFE_INTEGER);
  const input = { ...model.manifest.input, elementType: 'float32' } as const;
  const { backbone, cut, trained, shapes } = await planLayers(model.path, input, taps, settings.layers);
  trainingGraph({ backbone, taps, classes, after: cut.tensor, trained, shapes: shapes(1) });
}
