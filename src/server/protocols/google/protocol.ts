import { PictorError } from '../../../errors.ts';
import { publicMessage } from '../../http/error-response.ts';
import { jsonResponse } from '../../http/text-response.ts';
import { jsonObject } from '../shared/json-object.ts';
import { targetOf } from '../shared/signatures.ts';
import type { Protocol } from '../types.ts';
import { annotate } from './annotate.ts';
import { authorize } from './authorize.ts';
import { googleStatus } from './status.ts';

/** Bytes: the vendor's limit for JSON. */
const MAX_BODY_BYTES = 10 * 1024 * 1024;

const PATH =
  /^\/v1(?:p[1-4]beta1)?\/(?:projects\/[^/]+\/(?:locations\/[^/]+\/)?)?((?:images|files)(?::|%3A)\w+)$/i;

/**
 * Google Cloud Vision's `images:annotate` over REST, all versions, for its own clients.
 *
 * A failure that concerns one picture is part of its response under status 200; all others end the request.
 */
export function createGoogleProtocol(): Protocol {
  return {
    name: 'google',
    maxBodyBytes: MAX_BODY_BYTES,
    matches: ({ url }) => PATH.test(targetOf(url).path),
    async handle(request, context) {
      const { path, query } = targetOf(request.url);
      const method = PATH.exec(path)?.[1]?.replace(/%3A/i, ':') ?? '';
      if (method === 'images:annotate') context.setOperation(method);
      if (context.auth === 'on') authorize(request, context);
      if (method !== 'images:annotate') {
        throw new PictorError('FEATURE_UNSUPPORTED', {
          expected: '`images:annotate`',
          received: method.slice(0, 40),
        });
      }
      if (request.method !== 'POST') {
        throw new PictorError('METHOD_NOT_ALLOWED', { expected: 'POST', received: request.method });
      }
      const enums = /enum-encoding(=|%3D)int/i.test(query) ? 'numbers' : 'names';
      return jsonResponse(await annotate(jsonObject(await context.body()), enums, context));
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
