/**
 * The memory of a packed function of 256 MB: `npx tsx scripts/function-memory.ts [requests] [MiB]` packs SqueezeNet for
 * Tencent SCF, sends one request at a time to the emulator, with mixed bodies and every tenth picture at the bound of
 * what is allowed, and fails when an instance was killed, or memory still grew after 100 requests, by when every kind of
 * picture was there. Where this process may make a control group, the instance lives in one of that memory. `npm run
 * build` first. Linux only.
 *
 * @module
 */
import { mkdirSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs';
import { mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp, { type Sharp } from 'sharp';
import { type EmulatedCall, startEmulator } from '../src/deploy/emulate/emulator.ts';
import { packFunction } from '../src/deploy/pack/pack-function.ts';
import { dataPath } from '../test/support/data.ts';
import { squeezenetReference } from '../test/support/squeezenet.ts';

const requests = Number(process.argv[2] ?? 2000);
const memoryMb = Number(process.argv[3] ?? 256);
/** How often a large picture comes. */
const LARGE_EVERY = 10;
/** Requests after which memory may no longer grow, and by how much it still may: resident memory never shrinks. */
const LEVEL_AFTER = 100;
const LEVEL = 1.1;

const folder = await mkdtemp(join(tmpdir(), 'pictor-function-'));
try {
  const archive = await pack();
  const photos = await photographs();
  const large = await largePictures();
  const calls: EmulatedCall[] = [];
  const group = await controlGroup();
  await using emulator = await startEmulator({
    platform: 'scf',
    archive,
    port: 0,
    memoryMb,
    maxInstances: 1,
    onCall: (call) => calls.push(call),
  });
  const statuses = new Map<string, number>();
  let [peak, level] = [0, 0];
  for (let i = 1; i <= requests; i++) {
    const turn = Math.floor(i / LARGE_EVERY) % large.length;
    const [name, bytes] = i % LARGE_EVERY === 0 ? (large[turn] ?? []) : ['photo', photos[i % photos.length]];
    if (bytes === undefined) continue;
    const response =
      i % 3 === 0
        ? await fetch(`${emulator.url}/v1/classify`, {
            method: 'POST',
            headers: { 'content-type': 'image/jpeg' },
            body: new Uint8Array(bytes),
          })
        : await fetch(`${emulator.url}/image`, {
            method: 'POST',
            headers: { 'content-type': 'application/json' },
            body: JSON.stringify({ picture: bytes.toString('base64') }),
          });
    await response.arrayBuffer();
    const key = `${name} ${response.status}`;
    statuses.set(key, (statuses.get(key) ?? 0) + 1);
    peak = Math.max(peak, calls.at(-1)?.phases?.rss ?? 0);
    if (i === LEVEL_AFTER) level = peak;
    if ([1, 10, 50, 100, 200, 400, 600, 800, 1000, 1500, 2000].includes(i)) {
      console.log(`after ${i}: at most ${(peak / 1024 ** 2).toFixed(0)} MiB`);
    }
  }
  const killed = calls.filter(({ outcome }) => outcome === 'out-of-memory' || outcome === 'crashed');
  for (const [key, count] of [...statuses].sort()) console.log(`${key}: ${count}`);
  console.log(
    `${calls.length} calls, ${calls.filter(({ cold }) => cold).length} cold, ${killed.length} killed`,
  );
  if (group !== undefined) console.log(`the kernel counted at most ${(group() / 1024 ** 2).toFixed(0)} MiB`);
  if (killed.length > 0) process.exitCode = 1;
  if (requests > LEVEL_AFTER && peak > LEVEL * level) {
    console.error('memory grew after it should have been level');
    process.exitCode = 1;
  }
} finally {
  await rm(folder, { recursive: true, force: true });
}

async function pack(): Promise<string> {
  const { manifest, path } = squeezenetReference();
  await symlink(path, join(folder, 'squeezenet1.1.onnx'));
  await writeFile(join(folder, 'manifest.json'), JSON.stringify(manifest));
  const out = join(folder, 'function.zip');
  const report = await packFunction({ platform: 'scf', model: join(folder, 'squeezenet1.1.onnx'), out });
  return report.file;
}

async function photographs(): Promise<Buffer[]> {
  const names = (await readdir(dataPath('imagenet'))).filter((name) => name.endsWith('.JPEG'));
  const photos = await Promise.all(names.slice(0, 40).map((name) => readFile(dataPath('imagenet', name))));
  const [first] = photos;
  const others = ['png', 'webp', 'gif', 'avif'] as const;
  return [
    ...photos,
    ...(await Promise.all(others.map((format) => sharp(first).toFormat(format).toBuffer()))),
  ];
}

async function largePictures(): Promise<[name: string, bytes: Buffer][]> {
  const flat = (megapixels: number): Sharp => {
    const side = Math.round(Math.sqrt(megapixels * 1e6));
    return sharp({ create: { width: side, height: side, channels: 3, background: '#345678' } });
  };
  return [
    ['JPEG of 49 megapixels', await flat(49).jpeg().toBuffer()],
    ['progressive JPEG of 12 megapixels', await flat(12).jpeg({ progressive: true }).toBuffer()],
    ['progressive JPEG of 49 megapixels', await flat(49).jpeg({ progressive: true }).toBuffer()],
    ['WebP of 49 megapixels', await flat(49).webp({ effort: 0 }).toBuffer()],
    ['lossless WebP of 4 megapixels', await flat(4).webp({ lossless: true, effort: 0 }).toBuffer()],
    ['PNG of 24 megapixels', await flat(24).png().toBuffer()],
    ['AVIF of 1 megapixel', await flat(1).avif({ effort: 0 }).toBuffer()],
    ['AVIF of 12 megapixels', await flat(12).avif({ effort: 0 }).toBuffer()],
  ];
}

/**
 * A control group that instances are born into, with the function's memory as its limit.
 *
 * @returns reads the most that the kernel counted; undefined where no group can be made
 */
async function controlGroup(): Promise<(() => number) | undefined> {
  const group = `/sys/fs/cgroup/memory/pictor-function-${process.pid}`;
  try {
    mkdirSync(group);
    writeFileSync(join(group, 'memory.limit_in_bytes'), String(memoryMb * 1024 ** 2));
  } catch {
    return undefined;
  }
  const node = join(folder, 'node');
  const script = `#!/bin/sh\necho $$ > ${group}/cgroup.procs\nexec ${process.execPath} "$@"\n`;
  await writeFile(node, script, { mode: 0o755 });
  // The emulator starts instances with the program that it runs in.
  process.execPath = node;
  process.on('exit', () => {
    try {
      rmdirSync(group);
    } catch {
      console.error(`${group} is still in use`);
    }
  });
  return () => Number(readFileSync(join(group, 'memory.max_usage_in_bytes'), 'utf8'));
}
