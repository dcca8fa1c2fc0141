import { copyFile, mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished, vi } from 'vitest';
import { createEngine } from '../../src/engine/engine.ts';
import { createApp } from '../../src/server/app.ts';
import { picture } from '../server/support.ts';
import { writeSmallModel } from '../support/small-models.ts';

/** A server over a model by its path, its workers, and a replacement of the model. */
async function serve() {
  const folder = await mkdtemp(join(tmpdir(), 'pictor-replaced-'));
  const { path } = await writeSmallModel(folder, 'colours');
  const other = await writeSmallModel(folder, 'reversed');
  const engine = createEngine({ workers: 2 });
  const lines: { level: string; message: string }[] = [];
  const note = (level: string) => (_: object, message: string) => void lines.push({ level, message });
  const logger = { debug: () => {}, info: note('info'), warn: note('warn'), error: note('error') };
  const app = createApp({ models: [path], engine, logger });
  onTestFinished(async () => {
    await app.close({ graceMs: 0 });
    await engine.close();
    await rm(folder, { recursive: true, force: true });
  });
  await app.start();
  const get = async (route: string) => {
    const response = await app.fetch(new Request(`http://localhost${route}`));
    return { status: response.status, text: await response.text() };
  };
  const bodies = {
    red: new Uint8Array(await picture('#e01010')),
    blue: new Uint8Array(await picture('#1010e0')),
  };
  /** The class of a picture, or the code of the error. */
  async function ask(colour: 'red' | 'blue'): Promise<string> {
    const response = await app.fetch(
      new Request('http://localhost/v1/classify', {
        method: 'POST',
        headers: { 'content-type': 'image/jpeg' },
        body: bodies[colour],
      }),
    );
    const body = (await response.json()) as { predictions?: { label: string }[]; error?: { code: string } };
    return body.predictions?.[0]?.label ?? body.error?.code ?? 'nothing';
  }
  /** Ends every worker, one after the other, as soon as it is there. */
  async function killWorkers(): Promise<void> {
    for (const pid of engine.stats().workers.pids) process.kill(pid, 'SIGKILL');
  }
  /** Puts the other graph at the path of the model; its manifest only when wanted. */
  async function replace(withManifest: boolean): Promise<void> {
    await copyFile(other.path, `${path}.new`);
    await rename(`${path}.new`, path);
    if (!withManifest) return;
    const manifest = JSON.parse(await readFile(join(folder, 'reversed', 'manifest.json'), 'utf8'));
    manifest.files[0].path = 'colours.onnx';
    await writeFile(join(folder, 'colours', 'manifest.json'), JSON.stringify(manifest));
  }
  return { folder, path, get, ask, killWorkers, replace, lines };
}

const READY = { timeout: 20_000, interval: 100 };

it('a model that is replaced under a server never answers with the wrong class, and the new one serves', async () => {
  const { ask, get, killWorkers, replace, lines } = await serve();
  expect(await ask('red')).toBe('red');
  await replace(true);
  await killWorkers();
  const answers = new Set<string>();
  await vi.waitFor(async () => {
    for (const colour of ['red', 'blue'] as const) {
      const answer = await ask(colour);
      answers.add(answer);
      expect(answer).toBe(colour);
    }
    expect((await get('/readyz')).status).toBe(200);
    expect(lines.some(({ message }) => message === 'model loaded again')).toBe(true);
  }, READY);
  // While there is none, that is said. No picture gets the class of another one.
  for (const answer of answers) expect(['red', 'blue', 'MODEL_NOT_READY', 'WORKER_LOST']).toContain(answer);
  expect(lines).toContainEqual({ level: 'warn', message: 'model changed while it was served' });
  expect((await get('/metrics')).text).toMatch(
    /pictor_engine_model_unusable_total\{[^}]*MODEL_HASH_MISMATCH/,
  );
});

it('a model that fits no manifest is a state that readyz tells, and putting the file back heals it', async () => {
  const { path, get, ask, killWorkers, replace } = await serve();
  await copyFile(path, `${path}.kept`);
  await replace(false);
  await killWorkers();
  await vi.waitFor(async () => {
    const { status, text } = await get('/readyz');
    expect(status).toBe(503);
    expect(JSON.parse(text)).toMatchObject({ status: 'degraded' });
  }, READY);
  expect(['MODEL_NOT_READY', 'WORKER_LOST']).toContain(await ask('red'));
  await rename(`${path}.kept`, path);
  await vi.waitFor(async () => {
    expect((await get('/readyz')).status).toBe(200);
    expect(await ask('red')).toBe('red');
  }, READY);
});

it('a model that was removed is told, and comes back with its file', async () => {
  const { path, get, ask, killWorkers } = await serve();
  await rename(path, `${path}.away`);
  await killWorkers();
  await vi.waitFor(async () => expect((await get('/readyz')).status).toBe(503), READY);
  await rename(`${path}.away`, path);
  await vi.waitFor(async () => expect(await ask('blue')).toBe('blue'), READY);
});
