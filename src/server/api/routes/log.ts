import { jsonResponse } from '../../http/text-response.ts';
import type { Route } from '../route.ts';
import { logAnswer } from '../schemas.ts';
import { documented, errorResponses, SECURITY } from './recognition/recognition.ts';

/** `GET /v1/admin/log` */
export const logRoute: Route = {
  method: 'get',
  path: '/v1/admin/log',
  scope: 'admin',
  document: {
    summary: 'The last lines of the log, oldest first',
    tags: ['Service'],
    security: SECURITY,
    responses: { 200: documented('The lines', logAnswer), ...errorResponses([401, 403, 429]) },
  },
  answer: ({ runtime }) =>
    jsonResponse({
      lines: runtime.recentLog.lines().map((line) => ({ ...line, time: new Date(line.time).toISOString() })),
    }),
};
