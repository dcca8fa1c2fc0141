import { PictorError } from '../../../errors.ts';
import { publicMessage } from '../../http/error-response.ts';
import { jsonResponse } from '../../http/text-response.ts';
import { jsonObject } from '../shared/json-object.ts';
import { targetOf } from '../shared/signatures.ts';
import type { Protocol, ProtocolContext } from '../types.ts';
import { annotate } from './annotate.ts';
import { authorize } from './authorize.ts';
import type { EnumStyle } from './features/types.ts';
import { googleStatus } from './status.ts';
import { cancelOperation, getOperation, startAnnotation } from './video/operations.ts';

/** Bytes: the vendor's limit for JSON; a video of 10 MB as base64 is more. */
const MAX_BODY_BYTES = 10 * 1024 * 1024;
const MAX_VIDEO_BODY_BYTES = 14 * 1024 * 1024;

const PATH =
  /^\/v1(?:p[1-4]beta1)?\/(?:projects\/[^/]+\/(?:locations\/[^/]+\/)?)?((?:images|files)(?::|%3A)\w+)$/i;
const VIDEO_PATH = /^\/v1(?:beta2|p[1-3]beta1)?\/(videos(?::|%3A)\w+)$/i;
const OPERATION_PATH =
  /^\/v1(?:beta2|p[1-3]beta1)?\/(?:operations\/)?projects\/[^/]+\/locations\/[^/]+\/operations\/([0-9a-f]{1,64})((?::|%3A)cancel)?$/i;

/**
 * Google Cloud Vision's `images:annotate` and Video Intelligence's `videos:annotate` over REST, all versions, for its
 * own clients.
 *
 * A failure that concerns one picture is part of its response under status 200; all others end the request.
 */
export function createGoogleProtocol(): Protocol {
  return {
    name: 'google',
    maxBodyBytes: MAX_VIDEO_BODY_BYTES,
    matches({ url }) {
      const { path } = targetOf(url);
      return PATH.test(path) || VIDEO_PATH.test(path) || OPERATION_PATH.test(path);
    },
    async handle(request, context) {
      const { path, query } = targetOf(request.url);
      const operation = OPERATION_PATH.exec(path);
      const method = (PATH.exec(path) ?? VIDEO_PATH.exec(path))?.[1]?.replace(/%3A/i, ':') ?? '';
      const known = method === 'images:annotate' || method === 'videos:annotate';
      if (known) context.setOperation(method);
      if (context.auth === 'on') authorize(request, context);
      const enums = /enum-encoding(=|%3D)int/i.test(query) ? 'numbers' : 'names';
      if (operation) return jsonResponse(await answerOperation(operation, request, enums, context));
      if (!known) {
        throw new PictorError('FEATURE_UNSUPPORTED', {
          expected: '`images:annotate` or `videos:annotate`',
          received: method.slice(0, 40),
        });
      }
      if (request.method !== 'POST') {
        throw new PictorError('METHOD_NOT_ALLOWED', { expected: 'POST', received: request.method });
      }
      if (method === 'videos:annotate') {
        return jsonResponse(await startAnnotation(jsonObject(await context.body()), context));
      }
      const body = await context.body();
      if (body.byteLength > MAX_BODY_BYTES) {
        throw new PictorError('BODY_TOO_LARGE', { expected: `at most ${MAX_BODY_BYTES} bytes` });
      }
      return jsonResponse(await annotate(jsonObject(body), enums, context));
    },
    fail(error) {
      const { name, http, reason } = googleStatus(error);
      const info = { '@type': 'type.googleapis.com/google.rpc.ErrorInfo', reason, domain: 'googleapis.com' };
      const details = reason === undefined ? {} : { details: [info] };
      const body = { code: http, message: publicMessage(error), status: name, ...details };
      return jsonResponse({ error: body }, { status: http });
    },
  };
}

/** `GET` asks for an operation; `POST` to `:cancel`, or `DELETE`, ends it. */
async function answerOperation(
  [, id = '', cancel]: RegExpExecArray,
  request: Request,
  enums: EnumStyle,
  context: ProtocolContext,
): Promise<object> {
  context.setOperation('operations');
  const { method } = request;
  if (cancel === undefined ? method === 'DELETE' : method === 'POST') return cancelOperation(id, context);
  if (cancel === undefined && method === 'GET') return getOperation(id, enums, context);
  throw new PictorError('METHOD_NOT_ALLOWED', { expected: 'GET, or POST to :cancel', received: method });
}
