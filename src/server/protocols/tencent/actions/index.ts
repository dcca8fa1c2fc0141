import { PictorError } from '../../../../errors.ts';
import { VendorError } from '../../shared/vendor-error.ts';
import { detectLabel, detectLabelPro } from './detect-label.ts';
import { detectProduct } from './detect-product.ts';
import { imageModeration, imageModeration2020 } from './image-moderation.ts';
import type { TencentAction } from './types.ts';

const VERSIONS: ReadonlyMap<string, ReadonlyMap<string, TencentAction>> = new Map([
  [
    '2019-05-29',
    new Map([
      ['DetectLabel', detectLabel],
      ['DetectLabelPro', detectLabelPro],
      ['DetectLabelBeta', detectLabelPro],
      ['DetectProduct', detectProduct],
    ]),
  ],
  ['2020-12-29', new Map([['ImageModeration', imageModeration]])],
  ['2020-07-13', new Map([['ImageModeration', imageModeration2020]])],
]);

/** Actions of these services that Pictor has no counterpart for. */
const NOT_COVERED: ReadonlySet<string> = new Set([
  'AssessQuality',
  'CreateGroup',
  'CreateImage',
  'CreateImageModerationAsyncTask',
  'CropImage',
  'DeleteImages',
  'DescribeGroups',
  'DescribeImages',
  'DetectChefDress',
  'DetectDisgust',
  'DetectEnvelope',
  'DetectMisbehavior',
  'DetectPet',
  'DetectSecurity',
  'EnhanceImage',
  'RecognizeCar',
  'SearchImage',
  'UpdateImage',
]);

/**
 * Finds an action.
 *
 * @throws ROUTE_NOT_FOUND as the vendor's `NoSuchVersion` or `InvalidAction`; FEATURE_UNSUPPORTED for what the vendor has
 *   and Pictor has not
 */
export function findAction(name: string, version: string): TencentAction {
  const actions = VERSIONS.get(version);
  if (actions === undefined) {
    throw new VendorError('ROUTE_NOT_FOUND', 'NoSuchVersion', {
      expected: `version ${[...VERSIONS.keys()].join(', ')}`,
      received: version.slice(0, 20),
    });
  }
  const action = actions.get(name);
  if (action !== undefined) return action;
  const expected = [...actions.keys()].join(', ');
  if (NOT_COVERED.has(name)) throw new PictorError('FEATURE_UNSUPPORTED', { expected, received: name });
  throw new VendorError('ROUTE_NOT_FOUND', 'InvalidAction', { expected, received: name.slice(0, 100) });
}
