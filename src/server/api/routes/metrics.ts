import * as z from 'zod';
import { textResponse } from '../../http/text-response.ts';
import type { Route } from '../route.ts';
import { errorResponses, SECURITY } from './recognition/recognition.ts';

/** `GET /metrics` */
export const metricsRoute: Route = {
  method: 'get',
  path: '/metrics',
  scope: 'metrics',
  document: {
    summary: 'Metrics in the text format of Prometheus',
    tags: ['Service'],
    security: SECURITY,
    responses: {
      200: { description: 'The metrics', content: { 'text/plain': { schema: z.string() } } },
      ...errorResponses([401, 403, 429]),
    },
  },
  async answer({ runtime }) {
    const { metrics } = runtime;
    return textResponse(await metrics.render(), { 'content-type': metrics.contentType });
  },
};
