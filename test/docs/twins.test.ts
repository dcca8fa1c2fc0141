import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { anchorsOf, commandsOf, linksOf, splitCode } from './markdown.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const read = (path: string) => readFileSync(join(root, path), 'utf8');
const markdownIn = (folder: string, recursive: boolean) =>
  readdirSync(join(root, folder), { recursive, encoding: 'utf8' })
    .filter((name) => name.endsWith('.md'))
    .map((name) => join(folder, name));

const pages = [
  ...markdownIn('.', false).filter((page) => page.startsWith('README')),
  ...markdownIn('docs', true),
].sort();
const chinese = pages.filter((page) => page.startsWith('docs/zh/') || page === 'README.zh-CN.md');

const twinOf = (page: string) =>
  page === 'README.zh-CN.md' ? 'README.md' : page.replace(/^docs\/zh\//, 'docs/');

test('the main pages exist in Chinese', () => {
  expect(chinese).toEqual(
    expect.arrayContaining([
      'README.zh-CN.md',
      ...['README', 'cli', 'tasks', 'models', 'server', 'http-api', 'keys', 'safety', 'errors'].map(
        (name) => `docs/zh/${name}.md`,
      ),
    ]),
  );
});

describe.each(chinese)('%s', (page) => {
  const twin = twinOf(page);

  test('has an English twin, and each links to the other at its top', () => {
    expect(existsSync(join(root, twin))).toBe(true);
    const top = (path: string) => read(path).split('\n').slice(0, 4);
    expect(top(page)).toContain(`[English](${relative(dirname(page), twin)})`);
    expect(top(twin)).toContain(`[中文](${relative(dirname(twin), page)})`);
  });

  test('has the code blocks, headings and commands of its twin', () => {
    expect(splitCode(read(page)).blocks).toHaveLength(splitCode(read(twin)).blocks.length);
    expect(levelsOf(read(page))).toEqual(levelsOf(read(twin)));
    expect(commandsOf(read(page))).toEqual(commandsOf(read(twin)));
  });

  test('is written in Chinese', () => {
    expect(splitCode(read(page)).prose).toMatch(/\p{Script=Han}{2}/u);
  });
});

test.each(pages)('the links of %s lead somewhere', (page) => {
  const dead = linksOf(read(page)).filter((target) => !leadsSomewhere(page, target));
  expect(dead).toEqual([]);
});

function levelsOf(markdown: string): number[] {
  return [...splitCode(markdown).prose.matchAll(/^(#{1,6}) /gm)].map(([, marks = '']) => marks.length);
}

function leadsSomewhere(page: string, target: string): boolean {
  if (/^[a-z]+:/.test(target)) return true;
  const [path = '', fragment] = decodeURI(target).split('#');
  const file = path === '' ? page : join(dirname(page), path);
  if (!existsSync(join(root, file))) return false;
  if (fragment === undefined || !file.endsWith('.md') || statSync(join(root, file)).isDirectory())
    return true;
  return anchorsOf(read(file)).has(fragment);
}
