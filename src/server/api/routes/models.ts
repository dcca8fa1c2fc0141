import { jsonResponse } from '../../http/text-response.ts';
import type { Route } from '../route.ts';
import { modelsAnswer } from '../schemas.ts';
import { documented, errorResponses, SECURITY } from './recognition.ts';

/** `GET /v1/models` */
export const modelsRoute: Route = {
  method: 'get',
  path: '/v1/models',
  scope: 'infer',
  document: {
    summary: 'The served models and what they are at',
    tags: ['Service'],
    security: SECURITY,
    responses: { 200: documented('The models', modelsAnswer), ...errorResponses([401, 403, 429]) },
  },
  answer: ({ runtime }) =>
    jsonResponse({
      models: runtime.recognizers.list().map(({ id, status, manifest, defaultFor }) => ({
        id,
        ...(manifest === undefined
          ? {}
          : {
              task: manifest.task,
              title: manifest.title,
              licence: manifest.licence,
              caution: manifest.caution,
            }),
        state: status.state,
        defaultFor,
      })),
    }),
};
