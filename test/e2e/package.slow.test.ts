/**
 * The package as somebody gets it: packed, installed into an empty folder, used.
 */
import { execFile } from 'node:child_process';
import {
  copyFileSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { publint } from 'publint';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

const root = fileURLToPath(new URL('../..', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'pictor-package-'));
const project = join(folder, 'project');
const MEGABYTE = 1_000_000;
const UNREACHABLE =
  /ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|ENETUNREACH|EHOSTUNREACH|ENOTCACHED/;

interface Packed {
  readonly filename: string;
  readonly size: number;
  readonly files: readonly { readonly path: string; readonly size: number }[];
}

interface Run {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

const { exports: entries }: { exports: Record<string, unknown> } = JSON.parse(
  readFileSync(join(root, 'package.json'), 'utf8'),
);
const doors = Object.keys(entries)
  .filter((entry) => entry !== './package.json')
  .map((entry) => entry.replace(/^\./, 'pictor'));

const stale = staleness();
if (stale) console.warn(`SKIPPED: ${stale}; npm run build`);

/** Why dist/ is not what the sources say. */
function staleness(): string | undefined {
  const built = statSync(join(root, 'dist/bundle/cli.js'), { throwIfNoEntry: false })?.mtimeMs;
  if (built === undefined) return 'there is no dist/';
  const newer = readdirSync(join(root, 'src'), { recursive: true, encoding: 'utf8' }).find(
    (name) => statSync(join(root, 'src', name)).mtimeMs > built && name.endsWith('.ts'),
  );
  return newer && `src/${newer} is newer than dist/`;
}

function bytesIn(folder: string): number {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .reduce((sum, entry) => sum + statSync(join(entry.parentPath, entry.name)).size, 0);
}

/** What a shell of somebody new has: none of what `npm test` adds, and a store without models. */
const environment: Record<string, string | undefined> = {
  ...Object.fromEntries(
    Object.entries(process.env).filter(
      ([name]) =>
        !/^(npm_(?!config_(registry|cache|userconfig)$)|NODE_OPTIONS|VITEST|ONNXRUNTIME|PICTOR)/i.test(name),
    ),
  ),
  PICTOR_HOME: join(folder, 'store'),
  PICTOR_OFFLINE: '1',
  NO_COLOR: '1',
};

function run(command: string, args: readonly string[], cwd: string, timeout = 60_000): Promise<Run> {
  return new Promise((resolve) => {
    const options = { cwd, env: environment, timeout, maxBuffer: 64 * MEGABYTE };
    execFile(command, [...args], options, (error, stdout, stderr) => {
      const code = error ? (typeof error.code === 'number' ? error.code : 1) : 0;
      resolve({ code, stdout, stderr });
    });
  });
}

const node = (args: readonly string[]) => run(process.execPath, args, project);

let packed: Packed;
let installed = false;
const NOT_INSTALLED = 'the registry cannot be reached';

describe.skipIf(stale !== undefined)('the packed package', () => {
  beforeAll(async () => {
    const packing = await run(
      'npm',
      ['pack', '--ignore-scripts', '--json', '--pack-destination', folder],
      root,
    );
    const report: Packed[] | Record<string, Packed> = JSON.parse(packing.stdout);
    const [only] = Object.values(report);
    if (!only) throw new Error(packing.stderr);
    packed = only;
    await run('mkdir', [project], folder);
    writeFileSync(join(project, 'package.json'), JSON.stringify({ name: 'project', type: 'module' }));
    // What the README says that a project needs.
    writeFileSync(join(project, '.npmrc'), 'onnxruntime-node-install=skip\n');
    copyFileSync(join(root, 'examples/photos/astronaut.jpg'), join(project, 'photo.jpg'));
    const install = ['install', '--prefer-offline', '--no-audit', '--no-fund', join(folder, packed.filename)];
    const { code, stderr } = await run('npm', install, project, 240_000);
    installed = code === 0;
    if (installed) return;
    if (!UNREACHABLE.test(stderr)) throw new Error(stderr);
    console.warn(`SKIPPED: ${NOT_INSTALLED}\n${stderr}`);
  }, 300_000);

  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  test('holds what it should, and has the size that it should', () => {
    const tops = [...new Set(packed.files.map(({ path }) => path.split('/')[0]))].sort();
    expect(tops).toEqual([
      'CHANGELOG.md',
      'LICENSE',
      'NOTICE',
      'README.md',
      'README.zh-CN.md',
      'dist',
      'models',
      'package.json',
      'web',
    ]);
    const models = packed.files.filter(({ path }) => path.startsWith('models/'));
    const modelBytes = models.reduce((sum, { size }) => sum + size, 0);
    expect(modelBytes).toBeGreaterThan(6 * MEGABYTE);
    expect(modelBytes).toBeLessThan(12 * MEGABYTE);
    expect(packed.size).toBeGreaterThan(4 * MEGABYTE);
    expect(packed.size).toBeLessThan(10 * MEGABYTE);
  });

  test('has nothing that publint complains about', async () => {
    const bytes = readFileSync(join(folder, packed.filename));
    const tarball = bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength);
    const { messages } = await publint({ pack: { tarball }, strict: true });
    expect(messages).toEqual([]);
  });

  test('brings few packages: at most 75, and 75 MB beyond the inference library', ({ skip }) => {
    skip(!installed, NOT_INSTALLED);
    const lock = JSON.parse(readFileSync(join(project, 'node_modules/.package-lock.json'), 'utf8')) as {
      readonly packages: Record<string, unknown>;
    };
    const names = Object.keys(lock.packages);
    expect(names).toContain('node_modules/onnxruntime-node');
    expect(names.length).toBeLessThanOrEqual(75);
    const modules = join(project, 'node_modules');
    const megabytes = (bytesIn(modules) - bytesIn(join(modules, 'onnxruntime-node'))) / MEGABYTE;
    expect(megabytes).toBeGreaterThan(20);
    expect(megabytes).toBeLessThanOrEqual(75);
  });

  test('has its code once', () => {
    const code = packed.files.filter(({ path }) => /^dist\/.*\.c?js$/.test(path));
    expect(code.every(({ path }) => path.startsWith('dist/bundle/'))).toBe(true);
    expect(code.reduce((sum, { size }) => sum + size, 0)).toBeLessThan(3 * MEGABYTE);
  });

  test.for(doors)('%s can be imported, from a module and from CommonJS', async (door, { skip }) => {
    skip(!installed, NOT_INSTALLED);
    const script = `import(${JSON.stringify(door)}).then((door) => console.log(Object.keys(door).length > 0))`;
    for (const type of ['module', 'commonjs']) {
      const answer = await node([`--input-type=${type}`, '-e', script]);
      expect(answer).toEqual({ code: 0, stdout: 'true\n', stderr: '' });
    }
  });

  test('detects in a program, which then ends by itself and says nothing', async ({ skip }) => {
    skip(!installed, NOT_INSTALLED);
    writeFileSync(
      join(project, 'detect.js'),
      `import { load } from 'pictor';
       const detector = await load('centernet', { task: 'detect' });
       const { detections } = await detector.detect('photo.jpg');
       console.log(detections[0].label);
       await detector.close();`,
    );
    expect(await node(['detect.js'])).toEqual({ code: 0, stdout: 'person\n', stderr: '' });
  });

  test('its command answers without a network, without a download', async ({ skip }) => {
    skip(!installed, NOT_INSTALLED);
    const classified = await run('npx', ['--no-install', 'pictor', 'classify', 'photo.jpg'], project);
    expect(classified.stdout).toMatch(/^photo\.jpg 512×512 · centernet\n {2}person /);
    expect(classified.stderr).toMatch(/^! No classifier is here, and downloads are off: centernet answers/m);
    expect(classified.code).toBe(0);
    const command = join(project, 'node_modules/.bin/pictor');
    const moderated = await run(command, ['moderate', 'photo.jpg'], project);
    expect(moderated).toMatchObject({ code: 0, stdout: expect.stringContaining('PASS'), stderr: '' });
  });

  test('its types compile in a strict project', { timeout: 120_000 }, async ({ skip }) => {
    skip(!installed, NOT_INSTALLED);
    const imports = doors.map((door, i) => `import * as door${i} from '${door}';`);
    writeFileSync(
      join(project, 'typed.ts'),
      `${imports.join('\n')}
       import { load, type Classification } from 'pictor';
       const classifier = await load('squeezenet', { task: 'classify' });
       const answer: Classification = await classifier.classify('photo.jpg', { topK: 3 });
       export const best: string | undefined = answer.predictions[0]?.label;
       // @ts-expect-error A classifier detects nothing.
       classifier.detect;
       export const doors = [${doors.map((_, i) => `door${i}`).join()}];`,
    );
    const compilerOptions = {
      module: 'nodenext',
      target: 'es2022',
      lib: ['es2023', 'esnext.disposable', 'dom'],
      strict: true,
      exactOptionalPropertyTypes: true,
      noUncheckedIndexedAccess: true,
      noEmit: true,
      types: ['node'],
      typeRoots: [join(root, 'node_modules/@types')],
    };
    writeFileSync(join(project, 'tsconfig.json'), JSON.stringify({ compilerOptions, include: ['typed.ts'] }));
    const compiled = await node([join(root, 'node_modules/typescript/bin/tsc'), '-p', project]);
    expect(compiled).toEqual({ code: 0, stdout: '', stderr: '' });
  });
});
