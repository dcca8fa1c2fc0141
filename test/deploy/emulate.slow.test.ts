import { spawnSync } from 'node:child_process';
import { mkdtemp, readdir, readFile, utimes, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { type EmulatedCall, type EmulatorOptions, startEmulator } from '../../src/deploy/emulate/emulator.ts';
import { openWorkshop, picture, type Workshop } from './support.ts';

let shop: Workshop;
let archive: string;
let red: Buffer;
beforeAll(async () => {
  shop = await openWorkshop();
  archive = (await shop.pack('scf.zip', { platform: 'scf', boot: false })).file;
  red = await picture('#d01010');
}, 120_000);
afterAll(() => shop[Symbol.asyncDispose]());

async function emulate(options: Partial<EmulatorOptions> = {}) {
  const calls: EmulatedCall[] = [];
  const emulator = await startEmulator({
    platform: 'scf',
    archive,
    port: 0,
    onCall: (call) => calls.push(call),
    ...options,
  });
  const ask = (body: Buffer | string, type = 'application/json') =>
    fetch(`${emulator.url}/image`, {
      method: 'POST',
      headers: { 'content-type': type },
      body: new Uint8Array(Buffer.from(body)),
    });
  return { emulator, calls, ask, [Symbol.asyncDispose]: () => emulator.close() };
}

const json = () => JSON.stringify({ picture: red.toString('base64') });
const firstOf = (answer: unknown) => Object.keys((answer as { prediction: object }).prediction)[0];

describe('the function behind the gateway', () => {
  it.each(['url', 'apigw'])(
    'answers every form of a picture through the %s trigger',
    async (trigger) => {
      await using it = await emulate({ trigger });
      for (const [body, type] of [
        [json(), 'application/json'],
        [red, 'image/jpeg'],
        [red.toString('base64'), 'text/plain'],
      ] as const) {
        const response = await it.ask(body, type);
        expect(response.status).toBe(200);
        expect(firstOf(await response.json())).toBe('red');
      }
      expect(it.calls.map(({ cold }) => cold)).toEqual([true, false, false]);
    },
    60_000,
  );

  it('tells the phases of a cold start, within 256 MiB', async () => {
    await using it = await emulate({ memoryMb: 256 });
    await it.ask(json());
    const { phases } = it.calls[0] ?? {};
    if (!phases) throw new Error('no phases');
    expect(phases.boot).toBeGreaterThan(0);
    expect(phases.load).toBeGreaterThanOrEqual(phases.boot);
    expect(phases.session).toBeGreaterThan(phases.load);
    expect(phases.app).toBeGreaterThan(phases.load);
    expect(phases.answer).toBeGreaterThan(Math.max(phases.session ?? 0, phases.app ?? 0));
    expect(phases.rss).toBeLessThan(256 * 1024 ** 2);
  }, 60_000);

  it('brings errors of the application through', async () => {
    await using it = await emulate();
    const response = await it.ask('{"picture": "%%%"}');
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({ error: { code: 'IMAGE_BASE64_INVALID' } });
  }, 60_000);
});

describe("the platform's bounds", () => {
  it('refuse an event that is too large, without starting anything', async () => {
    await using it = await emulate();
    // Six mebibytes hold 4.5 of bytes, because they travel as base64.
    const response = await it.ask(Buffer.alloc(4_800_000), 'image/jpeg');
    expect(response.status).toBe(413);
    expect(it.calls).toMatchObject([{ outcome: 'too-large', cold: false }]);
    expect(it.emulator.instances).toBe(0);
  });

  it('end a call that takes too long, and its process', async () => {
    await using it = await emulate({ timeoutMs: 20 });
    const response = await it.ask(json());
    expect(response.status).toBe(433);
    expect(it.calls).toMatchObject([{ outcome: 'timed-out' }]);
    expect(it.emulator.instances).toBe(0);
  }, 60_000);

  it('end an instance that takes too much memory', async () => {
    await using it = await emulate({ memoryMb: 64 });
    const response = await it.ask(json());
    expect(response.status).toBe(434);
    expect(it.calls).toMatchObject([{ outcome: 'out-of-memory' }]);
  }, 60_000);

  it('give each request in progress an instance of its own, and no more than there may be', async () => {
    await using it = await emulate({ maxInstances: 2 });
    const answers = await Promise.all([it.ask(json()), it.ask(json()), it.ask(json())]);
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 200, 432]);
    expect(it.emulator.instances).toBe(2);
  }, 60_000);

  it('end an instance that has been idle', async () => {
    await using it = await emulate({ idleMs: 50 });
    await it.ask(json());
    await vi.waitFor(() => expect(it.emulator.instances).toBe(0), { timeout: 10_000 });
    await it.ask(json());
    expect(it.calls.map(({ cold }) => cold)).toEqual([true, true]);
  }, 60_000);
});

describe('what cannot be emulated', () => {
  it('is said', async () => {
    await writeFile(join(shop.folder, 'text.zip'), 'no zip');
    await expect(
      startEmulator({ platform: 'scf', archive: join(shop.folder, 'text.zip'), port: 0 }),
    ).rejects.toMatchObject({ code: 'OPTION_INVALID' });
    await expect(
      startEmulator({ platform: 'scf', archive, trigger: 'pigeon', port: 0 }),
    ).rejects.toMatchObject({
      code: 'OPTION_INVALID',
    });
  });
});

describe('a model that is fetched at the cold start', () => {
  it('must be the one that was packed', async () => {
    const bytes = await readFile(shop.model);
    let served = bytes;
    const server = createServer((_, response) => response.end(served));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const address = server.address();
    const port = typeof address === 'object' && address !== null ? address.port : 0;
    try {
      const { file } = await shop.pack('by-url.zip', {
        platform: 'lambda',
        modelUrl: `http://127.0.0.1:${port}/colours.onnx`,
        boot: false,
        backend: 'wasm',
      });
      const env = { TMPDIR: shop.folder };
      served = Buffer.concat([bytes.subarray(0, -1), Buffer.from([0xff])]);
      await using tampered = await emulate({ platform: 'lambda', archive: file, env });
      const refused = await tampered.ask(json());
      expect(refused.status).toBe(500);
      expect(await refused.json()).toMatchObject({ error: { code: 'MODEL_HASH_MISMATCH' } });
      served = bytes;
      await using right = await emulate({ platform: 'lambda', archive: file, env });
      expect(firstOf(await (await right.ask(json())).json())).toBe('red');
    } finally {
      server.close();
    }
  }, 120_000);
});

describe('a function whose model cannot be fetched', () => {
  it.each(['scf', 'lambda'] as const)(
    'on %s answers the call, tries again at the next one, and leaves nothing behind',
    async (platform) => {
      const bytes = await readFile(shop.model);
      let behaviour: 'fails' | 'cut' | 'works' = 'fails';
      let tries = 0;
      const server = createServer((_, response) => {
        tries++;
        if (behaviour === 'works') response.end(bytes);
        else if (behaviour === 'fails') response.writeHead(503).end();
        else
          response
            .writeHead(200, { 'content-length': bytes.length })
            .write(bytes.subarray(0, 100), () => response.destroy());
      });
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
      const address = server.address();
      const port = typeof address === 'object' && address !== null ? address.port : 0;
      const temporary = await mkdtemp(join(shop.folder, 'tmp-'));
      await writeFile(join(temporary, 'pictor-fetch-1-left'), 'by an instance that was killed');
      await utimes(join(temporary, 'pictor-fetch-1-left'), 1, 1);
      try {
        const { file } = await shop.pack(`heals-${platform}.zip`, {
          platform,
          modelUrl: `http://127.0.0.1:${port}/colours.onnx?signature=secret`,
          boot: false,
          backend: 'wasm',
        });
        await using it = await emulate({ platform, archive: file, env: { TMPDIR: temporary } });
        const failed = await it.ask(json());
        const said = await failed.text();
        expect(said).toContain('MODEL_DOWNLOAD_FAILED');
        expect(said).not.toContain('secret');
        behaviour = 'cut';
        expect(await (await it.ask(json())).text()).toContain('MODEL_DOWNLOAD_FAILED');
        expect(await readdir(temporary)).toEqual([]);
        behaviour = 'works';
        expect(firstOf(await (await it.ask(json())).json())).toBe('red');
        expect(it.emulator.instances).toBe(1);
        const before = tries;
        await it.ask(json());
        expect(tries).toBe(before);
        expect((await readdir(temporary)).map((name) => name.slice(-5))).toEqual(['.onnx']);
      } finally {
        server.close();
      }
    },
    120_000,
  );
});

const hasPython = spawnSync('python3', ['--version']).status === 0;
if (!hasPython) console.warn("SKIPPED without python3: the tutorial's client");

describe.skipIf(!hasPython)("the tutorial's client", () => {
  it('works when its address is changed', async () => {
    await using it = await emulate();
    const image = join(shop.folder, 'red.jpg');
    await writeFile(image, red);
    const script = join(shop.folder, 'client.py');
    await writeFile(script, tutorialClient(`${it.emulator.url}/image`, image));
    const { spawn } = await import('node:child_process');
    const output = await new Promise<string>((resolve, reject) => {
      let text = '';
      const child = spawn('python3', [script]);
      child.stdout.on('data', (chunk) => {
        text += chunk;
      });
      child.stderr.on('data', (chunk) => {
        text += chunk;
      });
      child.on('error', reject);
      child.on('close', () => resolve(text));
    });
    const lines = output.trim().split('\n');
    expect(lines.filter((line) => line.startsWith('cost:'))).toHaveLength(3);
    const answers = lines.filter((line) => line.startsWith('{')).map((line) => JSON.parse(line) as unknown);
    expect(answers).toHaveLength(3);
    for (const answer of answers) expect(firstOf(answer)).toBe('red');
  }, 60_000);
});

/** Reads a picture, sends it as base64 in JSON, prints what comes and how long it took; three times. */
function tutorialClient(url: string, image: string): string {
  return `import base64
import json
import time
import urllib.request

def read_picture(path):
    with open(path, 'rb') as file:
        return base64.b64encode(file.read()).decode('utf-8')

for _ in range(3):
    start = time.time()
    body = json.dumps({'picture': read_picture(${JSON.stringify(image)})}).encode('utf-8')
    request = urllib.request.Request(url=${JSON.stringify(url)}, data=body)
    print(urllib.request.urlopen(request).read().decode('utf-8'))
    print('cost: ', time.time() - start)
`;
}
