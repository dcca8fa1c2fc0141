import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { describe, expect, onTestFinished, test } from 'vitest';
import { manifestSchema } from '../../src/models/manifest/manifest.ts';
import { type Behaviour, serve } from '../models/download/file-server.ts';
import { openTestStore, sha256, temporaryFolder, tinyManifest, tinyModel } from '../models/support.ts';

const FILE = tinyModel(400_000);
const PULLS = 20;
const KILLS = 7;
const SLEEPERS = 3;
const LOCKS = { pollMs: 50, beatMs: 200, staleMs: 2_000 };

/** Two minutes behind, for whatever asks JavaScript for the time; libfaketime does it for the whole process. */
const SLOW_CLOCK = `data:text/javascript,${encodeURIComponent(`
const Real = Date;
globalThis.Date = class extends Real {
  constructor(...given) { given.length ? super(...given) : super(Real.now() - 120000); }
  static now() { return Real.now() - 120000; }
};`)}`;
const FAKETIME = '/usr/lib/x86_64-linux-gnu/faketime/libfaketime.so.1';

const NAMESPACE = ['unshare', '--pid', '--fork', '--mount-proc', '--kill-child'];
const mayUnshare = spawnSync(NAMESPACE[0] ?? '', [...NAMESPACE.slice(1), 'true']).status === 0;

/** Serves the file in ranges, 8 kB at a time, so that there is time to die in. */
const slowly: Behaviour = (request, response) => {
  const start = Number(/^bytes=(\d+)-$/.exec(request.headers.range ?? '')?.[1] ?? 0);
  response.writeHead(start > 0 ? 206 : 200, {
    etag: '"one"',
    'content-length': FILE.length - start,
    ...(start > 0 && { 'content-range': `bytes ${start}-${FILE.length - 1}/${FILE.length}` }),
  });
  let at = start;
  const timer = setInterval(() => {
    if (at >= FILE.length || response.destroyed) {
      clearInterval(timer);
      response.end();
      return;
    }
    response.write(FILE.subarray(at, at + 8192));
    at += 8192;
  }, 20);
};

interface Pulling {
  readonly child: ChildProcess;
  readonly ended: Promise<{ readonly code: number | null; readonly output: string; readonly errors: string }>;
}

function start(command: readonly string[], env: Readonly<Record<string, string>>): Pulling {
  const [program = '', ...rest] = command;
  const child = spawn(program, rest, { stdio: ['ignore', 'pipe', 'pipe'], env: { ...process.env, ...env } });
  onTestFinished(() => {
    child.kill('SIGKILL');
  });
  const said = { output: '', errors: '' };
  child.stdout?.on('data', (chunk) => {
    said.output += chunk;
  });
  child.stderr?.on('data', (chunk) => {
    said.errors += chunk;
  });
  return { child, ended: once(child, 'close').then(([code]) => ({ code, ...said })) };
}

async function childProgram(): Promise<string> {
  const outfile = join(await temporaryFolder(), 'child.mjs');
  await build({
    entryPoints: [fileURLToPath(new URL('pull-storm-child.ts', import.meta.url))],
    outfile,
    bundle: true,
    platform: 'node',
    target: 'node20',
    format: 'esm',
    logLevel: 'error',
    banner: { js: 'import{createRequire}from"node:module";const require=createRequire(import.meta.url);' },
  });
  return outfile;
}

const random = (count: number) => Math.floor(Math.random() * count);

/** Everything in a folder that is a file, relative. */
async function filesIn(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => join(parentPath, name).slice(folder.length + 1))
    .sort();
}

describe('many pulls of one model at once, of which some are killed and some sleep', () => {
  test.each([
    ['in one process namespace', false],
    ['in process namespaces of their own', true],
  ])(
    '%s, half of them with a clock two minutes behind: one good model, no failure, nothing left over',
    { timeout: 180_000 },
    async (_, namespaces) => {
      if (namespaces && !mayUnshare) return;
      const server = await serve(slowly);
      const manifest = tinyManifest(FILE, [`${server.origin}/tiny.onnx`]);
      const catalogue = join(await temporaryFolder(), 'catalogue.json');
      await writeFile(catalogue, JSON.stringify(manifest));
      const program = await childProgram();
      const folder = await temporaryFolder();
      const pullings = Array.from({ length: PULLS }, (_, i) => {
        const slow = i % 2 === 1;
        const fake = slow && i % 4 === 1 && existsSync(FAKETIME);
        const node = [process.execPath, ...(slow && !fake ? ['--import', SLOW_CLOCK] : [])];
        const command = [...node, program, folder, catalogue, JSON.stringify(LOCKS)];
        const env: Record<string, string> = fake ? { LD_PRELOAD: FAKETIME, FAKETIME: '-120s' } : {};
        // Two namespaces at least: every third is alone in one of its own.
        return start(namespaces && i % 3 > 0 ? [...NAMESPACE, ...command] : command, env);
      });
      const targets = [...pullings];
      const take = () => targets.splice(random(targets.length), 1)[0];
      const killed = new Set<Pulling>();
      for (let i = 0; i < KILLS; i++) {
        await sleep(100 + random(500));
        const victim = take();
        if (victim?.child.kill('SIGKILL')) killed.add(victim);
        const sleeper = i < SLEEPERS ? take() : undefined;
        if (sleeper && !namespaces) {
          sleeper.child.kill('SIGSTOP');
          setTimeout(() => sleeper.child.kill('SIGCONT'), 3_000);
        }
      }
      const paths = new Set<string>();
      for (const pulling of pullings) {
        const { code, output, errors } = await pulling.ended;
        if (killed.has(pulling) && code === null) continue;
        expect(errors).toBe('');
        expect(code).toBe(0);
        paths.add(output.trim());
      }
      expect([...paths]).toEqual([join(folder, 'models', 'tiny', 'tiny.onnx')]);
      // Whoever comes last may have been killed: the next pull cleans up, once a lock of elsewhere has been silent.
      await sleep(LOCKS.staleMs + 200);
      const { store } = await openTestStore({
        folder,
        catalogue: [manifestSchema.parse(manifest)],
        locks: LOCKS,
      });
      const { path } = await store.pull('tiny');
      expect(sha256(await readFile(path))).toBe(sha256(FILE));
      const left = (await filesIn(folder)).filter((file) => !/^verified\/[0-9a-f]{32}\.json$/.test(file));
      expect(left).toEqual(['models/tiny/manifest.json', 'models/tiny/tiny.onnx']);
      expect(await readdir(join(folder, 'parts'))).toEqual([]);
    },
  );
});
