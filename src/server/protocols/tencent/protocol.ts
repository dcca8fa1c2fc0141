import type { PictorError } from '../../../errors.ts';
import { publicMessage } from '../../http/error-response.ts';
import { jsonResponse } from '../../http/text-response.ts';
import type { Protocol, ProtocolContext } from '../types.ts';
import { findAction } from './actions/index.ts';
import { isTencentRequest, readCall } from './call.ts';
import { type TencentService, tencentCode } from './errors.ts';

/** Bytes: the largest documented picture, 10 MB of base64, as a form with its escapes. */
const MAX_BODY_BYTES = 16 * 1024 * 1024;

/**
 * Tencent Cloud's image analysis (TIIA 2019-05-29) and image moderation (IMS 2020-12-29 and 2020-07-13), for its own
 * clients.
 *
 * Every answer has the status 200, errors too: with any other status the vendor's clients lose the code.
 */
export function createTencentProtocol(): Protocol {
  const services = new WeakMap<ProtocolContext, TencentService>();
  return {
    name: 'tencent',
    maxBodyBytes: MAX_BODY_BYTES,
    matches: isTencentRequest,
    async handle(request, context) {
      const call = await readCall(request, context);
      const action = findAction(call.action, call.version);
      services.set(context, action.service);
      context.setOperation(call.action);
      return respond(await action.answer(call.parameters, context), context);
    },
    fail: (error, context) => respond({ Error: errorOf(error, services.get(context) ?? 'tiia') }, context),
  };
}

function errorOf(error: PictorError, service: TencentService) {
  return { Code: tencentCode(error, service), Message: publicMessage(error) };
}

function respond(answer: object, { requestId }: ProtocolContext): Response {
  return jsonResponse({ Response: { ...answer, RequestId: requestId } });
}
