import { PictorError } from '../errors.ts';
import { manifestSchema } from '../models/manifest/manifest.ts';

/** @throws OPTION_INVALID when a model cannot have this id */
export function checkId(id: string): void {
  if (manifestSchema.shape.id.safeParse(id).success) return;
  throw new PictorError('OPTION_INVALID', {
    expected: 'an id of lower-case letters, digits, dot, dash and underscore',
    received: id,
  });
}
