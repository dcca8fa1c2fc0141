import { PictorError } from '../../../errors.ts';
import { publicMessage } from '../../http/error-response.ts';
import { jsonResponse } from '../../http/text-response.ts';
import { jsonObject } from '../shared/json-object.ts';
import { targetOf } from '../shared/signatures.ts';
import { VendorError } from '../shared/vendor-error.ts';
import type { Protocol, ProtocolContext } from '../types.ts';
import { authorize } from './authorize.ts';
import { huaweiFailure } from './errors.ts';
import { findOperation } from './operations/index.ts';
import type { HuaweiOperation } from './operations/types.ts';

/** Bytes: 10 MB of base64 in JSON, with room. */
const MAX_BODY_BYTES = 11 * 1024 * 1024;

/**
 * Huawei Cloud's image tagging (V2) and image moderation (V3), for its own clients.
 *
 * Only whole paths count as the vendor's, so that a model named `image` of the Open Inference Protocol, which has paths
 * with `/v2/` too, is left alone; a signature of the vendor's always does.
 */
export function createHuaweiProtocol(): Protocol {
  const operations = new WeakMap<ProtocolContext, HuaweiOperation>();
  return {
    name: 'huawei',
    maxBodyBytes: MAX_BODY_BYTES,
    matches: ({ url, headers }) =>
      headers.get('authorization')?.startsWith('SDK-HMAC-SHA256') === true ||
      findOperation(targetOf(url).path) !== undefined,
    async handle(request, context) {
      const found = findOperation(targetOf(request.url).path);
      if (found !== undefined) {
        operations.set(context, found.operation);
        context.setOperation(found.operation.name);
      }
      if (context.auth === 'on') await authorize(request, context);
      if (found === undefined) throw new PictorError('ROUTE_NOT_FOUND');
      if (request.method !== 'POST') {
        throw new PictorError('METHOD_NOT_ALLOWED', { expected: 'POST', received: request.method });
      }
      checkProject(found.project);
      const parameters = jsonObject(await context.body());
      return jsonResponse(await found.operation.answer(parameters, context));
    },
    fail(error, context) {
      const { status, code } = huaweiFailure(error, operations.get(context)?.codes);
      return jsonResponse({ error_code: code, error_msg: publicMessage(error) }, { status });
    },
  };
}

/** Any project will do; a client without one sends the placeholder of the path. */
function checkProject(project: string): void {
  if (/^[A-Za-z0-9]{1,64}$/.test(project)) return;
  throw new VendorError('OPTION_INVALID', 'AIS.0011', {
    expected: '`project_id` of at most 64 letters and digits',
    fix: 'Give the credentials a project',
  });
}
