import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, readdir, readFile, utimes, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { describe, expect, onTestFinished, test } from 'vitest';
import { manifestSchema } from '../../src/models/manifest/manifest.ts';
import { ownMark } from '../../src/models/store/lock/process-space.ts';
import { type Behaviour, inTurn, serve, wellBehaved } from './download/file-server.ts';
import { openTestStore, sha256, temporaryFolder, tinyManifest, tinyModel } from './support.ts';

const FILE = tinyModel(300_000);
const CHILD = fileURLToPath(new URL('download/pull-child.ts', import.meta.url));

interface Pulling {
  readonly child: ChildProcess;
  /** Resolves when a line of the output matches. */
  readonly said: (pattern: RegExp) => Promise<string>;
  readonly ended: Promise<{ readonly path: string; readonly waited: boolean }>;
}

function pullInChild(folder: string, catalogue: string): Pulling {
  const child = spawn(process.execPath, ['--import', 'tsx', CHILD, folder, catalogue], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  onTestFinished(() => {
    child.kill('SIGKILL');
  });
  let output = '';
  let errors = '';
  child.stdout?.on('data', (chunk) => {
    output += chunk;
    child.emit('said');
  });
  child.stderr?.on('data', (chunk) => {
    errors += chunk;
  });
  const exited = once(child, 'close');
  return {
    child,
    async said(pattern) {
      for (;;) {
        const match = pattern.exec(output);
        if (match) return match[0];
        await Promise.race([once(child, 'said'), exited.then(() => Promise.reject(new Error(errors)))]);
      }
    },
    ended: exited.then(([code]) => {
      if (code !== 0) throw new Error(`ended with ${code}: ${errors}`);
      return JSON.parse(output.trim().split('\n').at(-1) ?? '');
    }),
  };
}

async function catalogueAt(behaviour: Behaviour) {
  const server = await serve(behaviour);
  const manifest = tinyManifest(FILE, [`${server.origin}/tiny.onnx`]);
  const file = join(await temporaryFolder(), 'catalogue.json');
  await writeFile(file, JSON.stringify(manifest));
  return { server, file, catalogue: [manifestSchema.parse(manifest)] };
}

/** Sends the first half and holds the rest back until `release` is called. */
function held(): { readonly behaviour: Behaviour; readonly release: () => void } {
  let release = () => {};
  const released = new Promise<void>((resolve) => {
    release = resolve;
  });
  return {
    release,
    behaviour: (_, response) => {
      response.writeHead(200, { etag: '"one"', 'content-length': FILE.length });
      response.write(FILE.subarray(0, 150_000));
      released.then(() => response.end(FILE.subarray(150_000)));
    },
  };
}

describe('two processes and one model', () => {
  test('end with one good copy and one download', async () => {
    const { behaviour, release } = held();
    const { server, file } = await catalogueAt(behaviour);
    const folder = await temporaryFolder();
    const first = pullInChild(folder, file);
    await first.said(/at 150000/);
    const second = pullInChild(folder, file);
    await second.said(/begin/);
    release();
    const answers = await Promise.all([first.ended, second.ended]);
    expect(server.seen).toHaveLength(1);
    expect(answers[0].path).toBe(answers[1].path);
    expect(sha256(await readFile(answers[0].path))).toBe(sha256(FILE));
    expect(await readdir(join(folder, 'parts'))).toEqual([]);
    expect(await readdir(join(folder, 'locks'))).toEqual([]);
  });

  test('the lock of a process that was killed is taken over, and its part continued', async () => {
    const { behaviour } = held();
    const { server, file, catalogue } = await catalogueAt(inTurn(behaviour, wellBehaved(FILE)));
    const folder = await temporaryFolder();
    const doomed = pullInChild(folder, file);
    doomed.ended.catch(() => {});
    await doomed.said(/at 150000/);
    doomed.child.kill('SIGKILL');
    await once(doomed.child, 'close');
    expect(await readdir(join(folder, 'locks'))).toEqual(['tiny.lock']);
    expect(await readdir(join(folder, 'models')).catch(() => [])).toEqual([]);
    const { store } = await openTestStore({ folder, catalogue });
    const { path } = await store.pull('tiny');
    expect(sha256(await readFile(path))).toBe(sha256(FILE));
    expect(server.seen[1]?.range).toMatch(/^bytes=[1-9]/);
  });
});

describe('a lock', () => {
  const held = { token: 'another', pid: process.pid, host: hostname() };

  async function lockedStore(holder: unknown, locks = {}) {
    const { catalogue } = await catalogueAt(wellBehaved(FILE));
    const folder = await temporaryFolder();
    const path = join(folder, 'locks', 'tiny.lock');
    await mkdir(join(folder, 'locks'));
    await writeFile(path, typeof holder === 'string' ? holder : JSON.stringify(holder));
    const opened = await openTestStore({ folder, catalogue, locks: { pollMs: 5, ...locks } });
    return { path, store: opened.store };
  }

  test('of a living process is waited for, audibly, and not for ever', async () => {
    const { store } = await lockedStore(held, { waitMs: 30 });
    let waiting = 0;
    const pulling = store.pull('tiny', {
      onWaiting: () => {
        waiting++;
      },
    });
    await expect(pulling).rejects.toMatchObject({
      code: 'MODEL_LOCKED',
      message: expect.stringContaining(`process ${process.pid}`),
    });
    expect(waiting).toBe(1);
  });

  const elsewhere = { ...held, pid: 1, host: 'elsewhere' };
  const quick = { pollMs: 5, beatMs: 20, staleMs: 200, namelessMs: 50 };

  test('of another machine is respected while it shows signs of life, whatever time it is there', async () => {
    const { store, path } = await lockedStore(elsewhere, { ...quick, waitMs: 500 });
    let beats = 0;
    const beat = setInterval(() => {
      const slow = new Date(Date.now() - 120_000 + beats++);
      void utimes(path, slow, slow);
    }, 20);
    await expect(store.pull('tiny')).rejects.toMatchObject({ code: 'MODEL_LOCKED' });
    clearInterval(beat);
    expect(beats).toBeGreaterThan(5);
    await store.pull('tiny');
  });

  test('of another machine that was silent for long before is not waited for as long again', async () => {
    // 80 looks of at most 10 ms each cannot make up a second of silence.
    const { store, path } = await lockedStore(elsewhere, { ...quick, staleMs: 1_000, waitMs: 400 });
    await sleep(1_100);
    await store.pull('tiny');
    expect(await readdir(dirname(path))).toEqual([]);
  });

  test('with the number of a living process of another namespace says nothing: it goes stale', async () => {
    const { store } = await lockedStore({ ...held, space: 'other pid:[1]', began: '1' }, quick);
    await store.pull('tiny');
  });

  test('that names nobody, as a full disk leaves it, goes stale at once', async () => {
    const { store } = await lockedStore('', { ...quick, staleMs: 60_000 });
    await store.pull('tiny');
  });

  test('wait ends with the signal', async () => {
    const { store } = await lockedStore(held);
    const controller = new AbortController();
    const pulling = store.pull('tiny', { signal: controller.signal, onWaiting: () => controller.abort() });
    await expect(pulling).rejects.toMatchObject({ code: 'ABORTED' });
  });

  test('of a dead process goes to one of many heirs at a time', async () => {
    const dead = spawn(process.execPath, ['-e', '']);
    await once(dead, 'close');
    const { store } = await lockedStore({ ...held, ...ownMark(), pid: dead.pid });
    const pulled = await Promise.all(Array.from({ length: 8 }, () => store.pull('tiny')));
    expect(new Set(pulled.map(({ path }) => path)).size).toBe(1);
  });
});
