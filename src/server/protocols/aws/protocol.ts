import { PictorError } from '../../../errors.ts';
import { publicMessage } from '../../http/error-response.ts';
import { jsonResponse } from '../../http/text-response.ts';
import { jsonObject } from '../shared/json-object.ts';
import type { Protocol, ProtocolContext } from '../types.ts';
import { authorize } from './authorize.ts';
import { awsFailure } from './errors.ts';
import { findOperation } from './operations/index.ts';

/** Bytes: a picture of 5 MB as base64 in JSON, with room. */
const MAX_BODY_BYTES = 8 * 1024 * 1024;

const SERVICE = 'RekognitionService.';

/** Amazon Rekognition's operations for labels and moderation, of pictures and videos, over AWS JSON 1.1. */
export function createAwsProtocol(): Protocol {
  return {
    name: 'aws',
    maxBodyBytes: MAX_BODY_BYTES,
    matches: ({ headers }) =>
      headers.has('x-amz-target') || headers.get('authorization')?.startsWith('AWS4-HMAC-SHA256') === true,
    async handle(request, context) {
      const target = request.headers.get('x-amz-target') ?? '';
      const name = target.startsWith(SERVICE) ? target.slice(SERVICE.length) : '';
      const operation = findOperation(name);
      if (operation !== undefined) context.setOperation(name);
      if (context.auth === 'on') await authorize(request, context);
      if (operation === undefined) {
        throw new PictorError('ROUTE_NOT_FOUND', { received: `\`${target.slice(0, 100)}\`` });
      }
      if (request.method !== 'POST') {
        throw new PictorError('METHOD_NOT_ALLOWED', { expected: 'POST', received: request.method });
      }
      const parameters = jsonObject(await context.body());
      return respond(await operation(parameters, context), 200, context);
    },
    fail(error, context) {
      const { status, type } = awsFailure(error);
      return respond({ __type: type, message: publicMessage(error) }, status, context);
    },
  };
}

function respond(answer: object, status: number, { requestId, clock }: ProtocolContext): Response {
  const headers = {
    'content-type': 'application/x-amz-json-1.1',
    'x-amzn-requestid': requestId,
    // The clock that signatures are held against: the vendor's clients correct theirs by it.
    date: new Date(clock()).toUTCString(),
  };
  return jsonResponse(answer, { status, headers });
}
