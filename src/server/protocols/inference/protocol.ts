import { PictorError } from '../../../errors.ts';
import { publicMessage } from '../../http/error-response.ts';
import { jsonResponse } from '../../http/text-response.ts';
import { presentedKey } from '../../keys/presented-key.ts';
import { targetOf } from '../shared/signatures.ts';
import type { Protocol } from '../types.ts';
import { findEndpoint } from './endpoints.ts';

/**
 * The Open Inference Protocol, version 2, over REST, with the extensions for binary tensors and for classification: what
 * clients and load testers of KServe and Triton speak.
 *
 * @see https://github.com/kserve/open-inference-protocol
 */
export function createInferenceProtocol(): Protocol {
  return {
    name: 'inference',
    // Every address below: clients of the protocol read no other shape of an error.
    matches: ({ url }) => /^\/v2(?:\/|$)/.test(targetOf(url).path),
    async handle(request, context) {
      const { endpoint, parameters } = findEndpoint(targetOf(request.url).path);
      context.setOperation(endpoint.name);
      if (!endpoint.open && context.auth === 'on') {
        context.authorize(presentedKey(request.headers, context.keys));
      }
      const method = request.method === 'HEAD' ? 'GET' : request.method;
      if (method !== endpoint.method) {
        throw new PictorError('METHOD_NOT_ALLOWED', { expected: endpoint.method, received: method });
      }
      return endpoint.answer(parameters, context, request.headers);
    },
    fail: (error) => jsonResponse({ error: publicMessage(error) }, { status: error.status }),
  };
}
