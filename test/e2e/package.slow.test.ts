/**
 * The package as somebody gets it: packed, installed into an empty folder, used.
 */
import { execFile } from 'node:child_process';
import {
  copyFileSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { publint } from 'publint';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type PackedPackage, packPackage, staleBuild } from '../support/packed-package.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'pictor-package-'));
const project = join(folder, 'project');
const MEGABYTE = 1_000_000;
const UNREACHABLE =
  /ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|ENETUNREACH|EHOSTUNREACH|ENOTCACHED/;

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

const stale = staleBuild();
if (stale) console.warn(`SKIPPED: ${stale}; npm run build`);

function bytesIn(folder: string): number {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .reduce((sum, entry) => sum + statSync(join(entry.parentPath, entry.name)).size, 0);
}

/** Files and folders that a page leads to: no addresses, no anchors. */
function localTargets(markdown: string): string[] {
  return [...markdown.matchAll(/\]\(([^)#\s]+)|(?:src|href)="([^"#]+)/g)]
    .map(([, link, attribute]) => decodeURIComponent(link ?? attribute ?? ''))
    .filter((target) => target !== '' && !/^[a-z]+:/i.test(target));
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

let packed: PackedPackage;
let installed = false;
const NOT_INSTALLED = 'the registry cannot be reached';

describe.skipIf(stale !== undefined)('the packed package', () => {
  beforeAll(async () => {
    packed = await packPackage(folder);
    await run('mkdir', [project], folder);
    writeFileSync(join(project, 'package.json'), JSON.stringify({ name: 'project', type: 'module' }));
    copyFileSync(join(root, 'examples/photos/astronaut.jpg'), join(project, 'photo.jpg'));
    const install = ['install', '--prefer-offline', '--no-audit', '--no-fund', packed.tarball];
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
      'CONTRIBUTING.md',
      'LICENSE',
      'NOTICE',
      'README.md',
      'README.zh-CN.md',
      'SECURITY.md',
      'dist',
      'docs',
      'examples',
      'models',
      'package.json',
    ]);
    const models = packed.files.filter(({ path }) => path.startsWith('models/'));
    const modelBytes = models.reduce((sum, { size }) => sum + size, 0);
    expect(modelBytes).toBeGreaterThan(6 * MEGABYTE);
    expect(modelBytes).toBeLessThan(12 * MEGABYTE);
    expect(packed.size).toBeGreaterThan(60 * MEGABYTE);
    expect(packed.size).toBeLessThan(80 * MEGABYTE);
    const libraries = packed.files.filter(({ path }) => path.startsWith('dist/onnxruntime-node/bin/'));
    expect(new Set(libraries.map(({ path }) => path.split('/').slice(4, 6).join('-')))).toEqual(
      new Set(['darwin-arm64', 'linux-arm64', 'linux-x64', 'win32-arm64', 'win32-x64']),
    );
  });

  test('runs nothing when it is installed, and leads to nothing that is not there', ({ skip }) => {
    skip(!installed, NOT_INSTALLED);
    const home = join(project, 'node_modules/pictor');
    const published = JSON.parse(readFileSync(join(home, 'package.json'), 'utf8'));
    expect(published).not.toHaveProperty('scripts');
    expect(published).not.toHaveProperty('devDependencies');
    const library = JSON.parse(readFileSync(join(home, 'dist/onnxruntime-node/package.json'), 'utf8'));
    expect(library).toMatchObject({ name: 'onnxruntime-node', license: 'MIT' });
    expect(library).not.toHaveProperty('scripts');
    const pages = packed.files.map(({ path }) => path).filter((path) => path.endsWith('.md'));
    expect(pages).toContain('docs/zh/tasks.md');
    const dead = pages.flatMap((page) =>
      localTargets(readFileSync(join(home, page), 'utf8'))
        .filter((target) => !existsSync(resolve(home, dirname(page), target)))
        .map((target) => `${page}: ${target}`),
    );
    expect(dead).toEqual([]);
  });

  test('its list of components names the library that it brings along', ({ skip }) => {
    skip(!installed, NOT_INSTALLED);
    const sbom = readFileSync(join(project, 'node_modules/pictor/dist/sbom.cdx.json'), 'utf8');
    expect(sbom).toMatch(/"purl": "pkg:npm\/onnxruntime-node@\d/);
  });

  test('has nothing that publint complains about', async () => {
    const bytes = readFileSync(packed.tarball);
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
    expect(names).not.toContain('node_modules/onnxruntime-node');
    expect(names.length).toBeLessThanOrEqual(75);
    const modules = join(project, 'node_modules');
    const megabytes = (bytesIn(modules) - bytesIn(join(modules, 'pictor/dist/onnxruntime-node'))) / MEGABYTE;
    expect(megabytes).toBeGreaterThan(20);
    expect(megabytes).toBeLessThanOrEqual(75);
  });

  test('has its code once for each module system', () => {
    const code = packed.files.filter(({ path }) => /^dist\/(?!onnxruntime-node|web).*\.c?js$/.test(path));
    expect(code.every(({ path }) => /^dist\/(bundle|cjs)\//.test(path))).toBe(true);
    for (const folder of ['dist/bundle/', 'dist/cjs/']) {
      const bytes = code
        .filter(({ path }) => path.startsWith(folder))
        .reduce((sum, { size }) => sum + size, 0);
      expect(bytes).toBeGreaterThan(MEGABYTE);
      expect(bytes).toBeLessThan(3 * MEGABYTE);
    }
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
