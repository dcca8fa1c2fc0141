import * as z from 'zod';
import { jsonResponse } from '../../http/text-response.ts';
import type { Route } from '../route.ts';
import { modelsAnswer, reloadedAnswer } from '../schemas.ts';
import { documented, errorResponses, SECURITY } from './recognition/recognition.ts';

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
              version: manifest.version,
              title: manifest.title,
              licence: manifest.licence,
              caution: manifest.caution,
              bytes: manifest.files.reduce((sum, { bytes }) => sum + bytes, 0),
              accuracy: manifest.accuracy,
            }),
        state: status.state,
        defaultFor,
      })),
    }),
};

/** `POST /v1/models/:id/reload` */
export const reloadRoute: Route = {
  method: 'post',
  path: '/v1/models/:id/reload',
  scope: 'admin',
  document: {
    summary: 'Takes over the version of a model that lies in the store now; no request is lost',
    tags: ['Service'],
    security: SECURITY,
    request: { params: z.object({ id: z.string() }) },
    responses: {
      200: documented('The model as it is served now', reloadedAnswer),
      ...errorResponses([401, 403, 404, 429]),
    },
  },
  async answer({ runtime, params }) {
    const [status] = await runtime.recognizers.reload(params.id);
    return jsonResponse({
      id: status?.id ?? params.id,
      version: status?.manifest?.version,
      state: status?.status.state,
    });
  },
};
