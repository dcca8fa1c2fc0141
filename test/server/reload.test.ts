import { expect, test } from 'vitest';
import { openApp, picture } from './support.ts';

test('a model is taken over again and again under load, and no request is lost', async () => {
  const { app, send } = await openApp();
  const body = await picture('red');
  const classify = () =>
    send('/v1/classify?model=colours', {
      method: 'POST',
      headers: { 'content-type': 'image/jpeg' },
      body: Uint8Array.from(body),
    });
  let running = true;
  const statuses: number[] = [];
  const client = async () => {
    while (running) statuses.push((await classify()).status);
  };
  const clients = [client(), client(), client()];
  for (let i = 0; i < 5; i++) {
    const [status] = await app.recognizers.reload('colours');
    expect(status?.status.state).toBe('ready');
  }
  running = false;
  await Promise.all(clients);
  expect(statuses.length).toBeGreaterThan(5);
  expect(new Set(statuses)).toEqual(new Set([200]));
});

test('over HTTP, one model by its id; one that is not served is not found', async () => {
  const { send } = await openApp();
  const response = await send('/v1/models/colours/reload', { method: 'POST' });
  expect(response.status).toBe(200);
  expect(JSON.parse(await response.text())).toEqual({ id: 'colours', state: 'ready' });
  expect((await send('/v1/models/nothing/reload', { method: 'POST' })).status).toBe(404);
});
