/**
 * The protocols that a server can speak besides its own. Adding one is adding a folder and a line here.
 *
 * @module
 */
import { own } from '../../base/own.ts';
import { PictorError } from '../../errors.ts';
import { createAwsProtocol } from './aws/index.ts';
import { createGoogleProtocol } from './google/index.ts';
import { createHuaweiProtocol } from './huawei/index.ts';
import { createInferenceProtocol } from './inference/index.ts';
import { createTencentProtocol } from './tencent/index.ts';
import type { Protocol } from './types.ts';

/** By name. The order decides where two would match the same request. */
const FACTORIES: Readonly<Record<string, () => Protocol>> = {
  tencent: createTencentProtocol,
  huawei: createHuaweiProtocol,
  aws: createAwsProtocol,
  google: createGoogleProtocol,
  inference: createInferenceProtocol,
};

/** Names of all protocols, in the order in which they are asked. */
export const PROTOCOL_NAMES: readonly string[] = Object.keys(FACTORIES);

/**
 * Makes the protocols of one application.
 *
 * @param names which ones (default: all)
 * @throws CONFIG_INVALID for a name that is not known
 */
export function createProtocols(names: readonly string[] = PROTOCOL_NAMES): Protocol[] {
  return names.map((name) => {
    const create = own(FACTORIES, name);
    if (create === undefined) {
      throw new PictorError('CONFIG_INVALID', {
        expected: `protocols among ${PROTOCOL_NAMES.join(', ')}`,
        received: name,
      });
    }
    return create();
  });
}
