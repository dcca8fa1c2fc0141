import { expect, test } from 'vitest';
import { ROUTES } from '../../../src/server/api/routes/index.ts';
import { createLogger } from '../../../src/server/observe/pino-logger.ts';
import { jsonOf, openApp, picture } from '../support.ts';

const red = await picture('red');

function recorder(level: 'info' | 'debug' = 'info') {
  const lines: Record<string, unknown>[] = [];
  const logger = createLogger({
    level,
    format: 'json',
    write: (line) => void lines.push(JSON.parse(line) as Record<string, unknown>),
  });
  return { logger, requests: () => lines.filter(({ msg }) => msg === 'request') };
}

test('every request is one structured line, without picture and secret', async () => {
  const { logger, requests } = recorder();
  const { send } = await openApp({ logger, keys: { keys: [{ id: 'phone', secret: 'phone-secret' }] } });
  const headers = { 'x-api-key': 'phone-secret', 'x-request-id': 'abc-1', 'content-type': 'text/plain' };
  await send('/image', { method: 'POST', headers, body: red.toString('base64') });
  await send('/image', { method: 'POST', headers, body: '<nothing>' });
  expect(requests()).toEqual([
    expect.objectContaining({
      level: 'info',
      requestId: 'abc-1',
      protocol: 'native',
      operation: '/image',
      status: 200,
      key: 'phone',
    }),
    expect.objectContaining({ level: 'info', status: 400, code: 'IMAGE_BASE64_INVALID' }),
  ]);
  expect(JSON.stringify(requests())).not.toMatch(/phone-secret|\/9j\//);
});

test('what asks every few seconds is only logged for those who look', async () => {
  const { logger, requests } = recorder();
  const { send } = await openApp({ logger });
  await send('/healthz');
  await send('/metrics');
  expect(requests()).toEqual([]);
});

test('a request id that could do harm in a log is replaced', async () => {
  const { send } = await openApp();
  const response = await send('/healthz', { headers: { 'x-request-id': 'a b {"x":1}' } });
  expect(response.headers.get('x-request-id')).toMatch(/^[0-9a-f-]{36}$/);
});

test('metrics count requests, stages, models and what the engine does', async () => {
  const { send } = await openApp();
  await send('/image', { method: 'POST', body: red });
  await send('/image', { method: 'POST', body: '<nothing>' });
  const response = await send('/metrics');
  expect(response.headers.get('content-type')).toContain('text/plain');
  const text = await response.text();
  for (const line of [
    'pictor_requests_total{protocol="native",operation="/image",status="200"} 1',
    'pictor_errors_total{protocol="native",code="IMAGE_BASE64_INVALID"} 1',
    'pictor_stage_duration_seconds_count{stage="inference"} 1',
    'pictor_model_state{model="colours",state="ready"} 1',
    'pictor_engine_workers_alive 1',
  ]) {
    expect(text).toContain(line);
  }
  // The engine has answered other tests' pictures, too.
  expect(text).toMatch(/^pictor_engine_completed_total [1-9]/m);
});

test('the OpenAPI document describes every route, with its options and the errors as they are', async () => {
  const { send } = await openApp();
  const api = await jsonOf<{
    openapi: string;
    paths: Record<string, Record<string, { parameters?: { name: string }[]; responses: object }>>;
    components: { schemas: object; securitySchemes: object };
  }>(await send('/openapi.json'));
  expect(api.openapi).toBe('3.1.0');
  const paths = [...new Set(ROUTES.map(({ path }) => path.replace(/:(\w+)/g, '{$1}')))];
  expect(Object.keys(api.paths).sort()).toEqual(paths.sort());
  expect(api.paths['/image']?.['post']?.parameters?.map(({ name }) => name)).toEqual(['top', 'model']);
  expect(api.components.schemas).toHaveProperty('Error');
  expect(Object.keys(api.components.securitySchemes)).toEqual(['bearer', 'apiKey']);
});

test('pages load nothing from elsewhere and nothing inline', async () => {
  const { send } = await openApp();
  for (const path of ['/', '/docs']) {
    const response = await send(path);
    const policy = response.headers.get('content-security-policy') ?? '';
    expect(policy).toContain("default-src 'none'");
    expect(policy).not.toMatch(/unsafe|\*/);
    const html = await response.text();
    expect(html).not.toMatch(/<script(?![^>]*src="\/web\/)|\son\w+=|style="|https?:\/\/(?!localhost)/);
  }
});

test('other origins may call only where they were named', async () => {
  const headers = { origin: 'https://shop.example' };
  const closed = await openApp();
  expect((await closed.send('/healthz', { headers })).headers.get('access-control-allow-origin')).toBeNull();
  const { send } = await openApp({ cors: ['https://shop.example'] });
  const allowed = async (origin: string) =>
    (await send('/healthz', { headers: { origin } })).headers.get('access-control-allow-origin');
  expect(await allowed('https://shop.example')).toBe('https://shop.example');
  expect(await allowed('https://other.example')).toBeNull();
  const preflight = await send('/image', {
    method: 'OPTIONS',
    headers: { ...headers, 'access-control-request-method': 'POST' },
  });
  expect(preflight.status).toBe(204);
  expect(preflight.headers.get('access-control-allow-headers')).toContain('X-Api-Key');
  expect(
    (await send('/image', { method: 'POST', headers, body: 'x' })).headers.get('access-control-allow-origin'),
  ).toBe('https://shop.example');
});
