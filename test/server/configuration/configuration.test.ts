import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { VARIABLES } from '../../../src/server/configuration/environment.ts';
import { loadConfiguration } from '../../../src/server/configuration/index.ts';
import { serve } from '../../../src/server/serve.ts';

async function folderWith(name: string, text: string): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'pictor-config-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  await writeFile(join(folder, name), text);
  return folder;
}

test('without anything the defaults hold: this machine only, no pictures by URL', async () => {
  const configuration = await loadConfiguration();
  expect(configuration).toMatchObject({
    host: '127.0.0.1',
    port: 8080,
    auth: 'auto',
    urls: false,
    models: [],
  });
});

test.each([
  ['pictor.config.json', '{"port": 1000, "limits": {"maxInFlight": 3}, "log": {"level": "warn"}}'],
  ['pictor.config.yaml', 'port: 1000\nlimits:\n  maxInFlight: 3\nlog:\n  level: warn\n'],
])('flags win over the environment, that over %s, that over the defaults', async (name, text) => {
  const folder = await folderWith(name, text);
  const env = { PICTOR_PORT: '2000', PICTOR_DEADLINE_MS: '500', PICTOR_MODELS: 'a, b', PICTOR_HOST: '' };
  const configuration = await loadConfiguration({ folder, env, flags: { port: 3000 } });
  expect(configuration).toMatchObject({
    host: '127.0.0.1',
    port: 3000,
    models: ['a', 'b'],
    limits: { maxInFlight: 3, deadlineMs: 500 },
    log: { level: 'warn', format: 'auto' },
  });
  expect((await loadConfiguration({ folder, env })).port).toBe(2000);
  expect((await loadConfiguration({ folder })).port).toBe(1000);
});

test.each([
  ['a setting that does not exist', '{"prot": 1}', /prot/],
  ['a wrong type', '{"limits": {"maxInFlight": "many"}}', /limits\.maxInFlight/],
  ['a port out of range', '{"port": 70000}', /port/],
  ['what is no JSON', '{"port": ', /pictor\.config\.json/],
  ['a list', '[1]', /named settings/],
])('%s stops at the start with one error that names it', async (_, text, message) => {
  const folder = await folderWith('pictor.config.json', text);
  await expect(loadConfiguration({ folder })).rejects.toMatchObject({
    code: 'CONFIG_INVALID',
    message: expect.stringMatching(message),
  });
});

test.each([
  ['PICTOR_PORT', 'eighty'],
  ['PICTOR_URLS', 'perhaps'],
  ['PICTOR_LOG_LEVEL', 'loud'],
  ['PICTOR_AUTH', 'maybe'],
])('%s=%s is named in the error', async (name, value) => {
  await expect(loadConfiguration({ env: { [name]: value } })).rejects.toMatchObject({
    code: 'CONFIG_INVALID',
    message: expect.stringContaining(name),
  });
});

test('every variable reaches a setting that exists', async () => {
  const samples = { text: 'auto', number: '7', boolean: 'true', list: 'x', origins: '*' } as const;
  const words: Readonly<Record<string, string>> = { level: 'info', preprocessing: 'exact' };
  for (const [name, { kind, path }] of Object.entries(VARIABLES)) {
    const value = words[path.at(-1) ?? ''] ?? samples[kind];
    await expect(loadConfiguration({ env: { [name]: value } }), name).resolves.toBeDefined();
  }
});

test('a server does not listen beyond this machine without keys unless it is told to', async () => {
  const loader = {
    defaults: async () => [],
    load: () => Promise.reject(new Error('unused')),
    close: async () => {},
  };
  const open = { host: '0.0.0.0', port: 0, app: { loader } };
  await expect(serve(open)).rejects.toMatchObject({
    code: 'CONFIG_INVALID',
    message: expect.stringContaining('keys'),
  });
  await expect(serve({ ...open, host: '127.0.0.1', auth: 'on' })).rejects.toMatchObject({
    code: 'CONFIG_INVALID',
  });
  const keys = { keys: [{ id: 'a', secret: 'a-secret-word' }] };
  for (const told of [
    { ...open, auth: 'off' as const },
    { ...open, app: { loader, keys } },
  ]) {
    const server = await serve(told);
    expect(server.app.auth).toBe('auth' in told ? 'off' : 'on');
    await server.close();
  }
});

test('an address that is in use is one clear error', async () => {
  const loader = {
    defaults: async () => [],
    load: () => Promise.reject(new Error('unused')),
    close: async () => {},
  };
  const server = await serve({ port: 0, app: { loader } });
  onTestFinished(() => server.close());
  await expect(serve({ port: server.port, app: { loader } })).rejects.toMatchObject({
    code: 'CONFIG_INVALID',
    message: expect.stringContaining('in use'),
  });
});
