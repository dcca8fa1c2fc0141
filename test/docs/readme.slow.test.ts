import { execFile } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import ts from 'typescript';
import { beforeAll, expect, test } from 'vitest';
import { staleBuild } from '../support/packed-package.ts';
import { describeWithClips } from '../video/ffmpeg.ts';
import { type FencedBlock, fencedBlocksOf } from './markdown.ts';
import { openReadmeProject, type ReadmeProject, type Typed } from './readme-project.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const LOADER = pathToFileURL(createRequire(import.meta.url).resolve('tsx')).href;
const PAGES = ['README.md', 'README.zh-CN.md'] as const;

/** Blocks that no test of this file runs, and why. Every other block runs. */
const NOT_RUN: ReadonlyMap<string, string> = new Map([
  ['$ npm ci && npm test', 'needs a registry, and is the suite itself'],
  ['$ npm install pictor', 'needs the package in a registry; package.slow.test.ts installs the tarball'],
]);
/** Needs a registry; the project of the test has what it would install. */
const INSTALL = 'npm ci && ';
const SERVES = /^npx pictor (serve|emulate)\b/;

const blocksOf = (page: string) => fencedBlocksOf(readFileSync(join(root, page), 'utf8'));
const isRun = ({ text }: FencedBlock) => !NOT_RUN.has(text);
/** A block without the choice of a language, which is all that the two pages may differ in. */
const neutral = ({ language, text }: FencedBlock) =>
  language === 'text' ? language : `${language}\n${text.replaceAll(' --lang zh', '')}`;

beforeAll(() => {
  expect(staleBuild()).toBeUndefined();
});

test('both pages have the same blocks, and each block that is not run is one of them', () => {
  const [english, chinese] = PAGES.map((page) => blocksOf(page).map(neutral));
  expect(chinese).toEqual(english);
  const texts = blocksOf('README.md').map(({ text }) => text);
  expect(texts).toEqual(expect.arrayContaining([...NOT_RUN.keys()]));
});

test('every block is of a kind that is run', () => {
  const kinds = blocksOf('README.md').filter(isRun);
  expect(new Set(kinds.map(({ language }) => language))).toEqual(new Set(['console', 'text', 'ts']));
});

describeWithClips('what a reader of the README types', () => {
  test.each(PAGES)('prints what %s shows below it', { timeout: 60_000 }, async (page) => {
    await using project = await openReadmeProject();
    await project.addSqueezenet();
    const blocks = blocksOf(page);
    const shown = blocks.filter(({ language }) => language === 'text');
    expect(shown.length).toBeGreaterThan(0);
    for (const output of shown) {
      const typed = await typeAll(project, blocks[blocks.indexOf(output) - 1]);
      expectOutput(typed.at(-1)?.stdout ?? '', output.text);
    }
  });

  test('works in the order of the page', { timeout: 120_000 }, async () => {
    await using project = await openReadmeProject();
    // Where the catalogue's file would be downloaded.
    await project.addSqueezenet('squeezenet');
    for (const block of blocksOf('README.md').filter(isRun)) {
      if (block.language === 'ts') await runModule(project, block.text);
      else if (block.language === 'console') await typeAll(project, block);
    }
  });
});

/** Types the lines of a block, holds each to its end, its output and the files that it names. */
async function typeAll(project: ReadmeProject, block: FencedBlock | undefined): Promise<Typed[]> {
  expect(block?.language).toBe('console');
  const typed: Typed[] = [];
  let address: string | undefined;
  for (const part of (block?.text ?? '').split(/^\$ /m).slice(1)) {
    const [first = '', ...output] = part.trimEnd().split('\n');
    const line = first.replace(INSTALL, '').replace('http://127.0.0.1:8080', address ?? '$&');
    if (SERVES.test(line)) {
      address = await project.serve(line);
      continue;
    }
    const result = await project.type(line);
    expect(result, line).toMatchObject({ code: 0 });
    if (output.length > 0) expectOutput(result.stdout, output.join('\n'));
    for (const [, file = ''] of line.matchAll(/ (?:-o|--out) (\S+)/g))
      expect(existsSync(join(project.folder, file)), `${line}: ${file}`).toBe(true);
    typed.push(result);
  }
  // A server that the page does not call itself is called here.
  if (address !== undefined && typed.length === 0) {
    const body = new Uint8Array(readFileSync(join(project.folder, 'examples/photos/coffee.jpg')));
    const headers = { 'content-type': 'image/jpeg' };
    const answer = await fetch(`${address}/image`, { method: 'POST', body, headers });
    expect(await answer.json()).toMatchObject({ prediction: { espresso: expect.closeTo(98.3, 0) } });
  }
  await project.stop();
  return typed;
}

/** Up to its first ellipsis an output is word for word what the page shows; a number may differ by a hundredth. */
function expectOutput(actual: string, shown: string): void {
  const [head = ''] = shown.split('…');
  const number = /\d+\.\d+/g;
  const expected = head.trimEnd();
  const figures = (text: string) => (text.match(number) ?? []).map(Number);
  const words = (text: string) => text.replace(number, '#');
  const count = figures(expected).length;
  expect(words(actual).slice(0, words(expected).length)).toBe(words(expected));
  expect(figures(actual).slice(0, count)).toEqual(
    figures(expected).map((figure) => expect.closeTo(figure, 2)),
  );
}

/** Compiles a block as a strict project would, runs it, and holds the value that its remark gives of `predictions`. */
async function runModule(project: ReadmeProject, code: string): Promise<void> {
  const file = join(project.folder, 'readme.ts');
  const [, remark] = /^\/\/ \[(\{.*\}), …\]$/m.exec(code) ?? [];
  if (remark === undefined) throw new Error(`No remark says what this gives: ${code}`);
  writeFileSync(file, `${code}\nconsole.log(JSON.stringify([predictions[0], ${remark}]));\n`);
  const program = ts.createProgram([file], {
    strict: true,
    noEmit: true,
    target: ts.ScriptTarget.ES2022,
    module: ts.ModuleKind.NodeNext,
    types: ['node'],
    typeRoots: [join(root, 'node_modules/@types')],
  });
  expect(ts.getPreEmitDiagnostics(program).map(({ messageText }) => messageText)).toEqual([]);
  const { stdout } = await promisify(execFile)(process.execPath, ['--import', LOADER, file], {
    cwd: project.folder,
    env: project.env,
  });
  const [answer, said] = JSON.parse(stdout);
  expect(answer).toEqual({ ...said, score: expect.closeTo(said.score, 2) });
}
