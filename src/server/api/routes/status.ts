import { jsonResponse } from '../../http/text-response.ts';
import type { Route } from '../route.ts';
import { statusAnswer } from '../schemas.ts';
import { documented, errorResponses, SECURITY } from './recognition/recognition.ts';

/** `GET /v1/admin/status`: what an operator wants to know and a client must not. */
export const statusRoute: Route = {
  method: 'get',
  path: '/v1/admin/status',
  scope: 'admin',
  document: {
    summary: 'Models with their errors, keys without their secrets, work in progress',
    tags: ['Service'],
    security: SECURITY,
    responses: { 200: documented('The status', statusAnswer), ...errorResponses([401, 403, 429]) },
  },
  answer: ({ runtime }) =>
    jsonResponse({
      models: runtime.recognizers.list().map(({ reference, id, status }) => ({
        reference,
        id,
        state: status.state,
        ...(status.state === 'failed' ? { code: status.code, message: status.message } : {}),
      })),
      keys: runtime.keys.list().map(({ id, scopes, notAfter }) => ({
        id,
        scopes,
        ...(notAfter === undefined ? {} : { notAfter: new Date(notAfter).toISOString() }),
      })),
      inFlight: runtime.admission.inFlight,
      heldBytes: runtime.admission.heldBytes,
    }),
};
