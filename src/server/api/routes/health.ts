import { jsonResponse } from '../../http/text-response.ts';
import type { Route } from '../route.ts';
import { healthAnswer, readyAnswer } from '../schemas.ts';
import { documented } from './recognition/recognition.ts';

/** `GET /healthz`: the process answers. Waits for nothing. */
export const healthRoute: Route = {
  method: 'get',
  path: '/healthz',
  scope: 'public',
  document: {
    summary: 'Whether the process answers',
    tags: ['Service'],
    responses: { 200: documented('It does', healthAnswer) },
  },
  answer: () => jsonResponse({ status: 'ok' }),
};

/** `GET /readyz`: every served model is verified, loaded and warm. */
export const readyRoute: Route = {
  method: 'get',
  path: '/readyz',
  scope: 'public',
  document: {
    summary: 'Whether every served model is verified, loaded and warm',
    tags: ['Service'],
    responses: { 200: documented('Ready', readyAnswer), 503: documented('Not ready', readyAnswer) },
  },
  answer({ runtime }) {
    const models = runtime.recognizers.list();
    const status = runtime.stopping()
      ? 'stopping'
      : runtime.recognizers.ready
        ? 'ready'
        : models.some((model) => model.status.state === 'failed')
          ? 'failed'
          : models.some((model) => model.status.state === 'changed')
            ? 'degraded'
            : 'starting';
    const body = {
      status,
      models: Object.fromEntries(models.map((model) => [model.id, model.status.state])),
    };
    if (status === 'ready') return jsonResponse(body);
    const retryAfter = String(runtime.limits.retryAfterSeconds);
    return jsonResponse(body, { status: 503, headers: { 'retry-after': retryAfter } });
  },
};
