import { execFile } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { type Browser, chromium } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { tokenize } from '../../site/.vitepress/tokenize.ts';

const run = promisify(execFile);
const root = fileURLToPath(new URL('../..', import.meta.url));
const CHROMIUM = process.env.PICTOR_TEST_CHROMIUM ?? '/usr/bin/chromium';
const hasChromium = existsSync(CHROMIUM);
if (!hasChromium) console.warn(`SKIPPED without ${CHROMIUM}: search on the documentation site`);

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript',
  '.css': 'text/css',
};

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'pictor-docs-'));
  // What `npm run docs` runs.
  const vitepress = join(root, 'node_modules/vitepress/bin/vitepress.js');
  await run(process.execPath, [vitepress, 'build', 'site', '--outDir', folder], { cwd: root });
}, 240_000);
afterAll(() => rm(folder, { recursive: true, force: true }));

test('the site has every page, and refuses to be built with a dead link', () => {
  const pages = readdirSync(join(root, 'docs'), { recursive: true, encoding: 'utf8' }).filter((name) =>
    name.endsWith('.md'),
  );
  expect(pages.length).toBeGreaterThan(50);
  const missing = pages
    .map((page) => page.replace(/README\.md$/, 'index.md').replace(/\.md$/, '.html'))
    .filter((page) => !existsSync(join(folder, page)));
  expect(missing).toEqual([]);
});

test('words are cut alike in page and query', () => {
  expect(tokenize('GPU 密钥文件 v1')).toEqual(['gpu', '密钥', '钥文', '文件', 'v1']);
  expect(tokenize('键')).toEqual(['键']);
  expect(tokenize('图片tag')).toEqual(['图片', 'tag']);
});

describe.skipIf(!hasChromium)('search in a browser', () => {
  let browser: Browser;
  const server = createServer(({ url = '/' }, response) => {
    const path = decodeURIComponent(new URL(url, 'http://localhost').pathname);
    const file = [path, `${path}.html`, `${path}index.html`]
      .map((each) => join(folder, each))
      .find((each) => extname(each) !== '' && existsSync(each));
    if (file === undefined) return void response.writeHead(404).end();
    response.setHeader('content-type', TYPES[extname(file)] ?? 'application/octet-stream');
    response.end(readFileSync(file));
  });
  beforeAll(async () => {
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    browser = await chromium.launch({ executablePath: CHROMIUM, args: ['--no-sandbox', '--disable-gpu'] });
  }, 60_000);
  afterAll(async () => {
    await browser.close();
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });

  test.each([
    { language: 'zh/', query: '密钥文件', found: /密钥/ },
    { language: 'zh/', query: '微调', found: /微调/ },
    { language: '', query: 'letterbox', found: /./ },
  ])('finds $query, and asks no other address', { timeout: 60_000 }, async ({ language, query, found }) => {
    const { port } = server.address() as AddressInfo;
    const origin = `http://127.0.0.1:${port}/`;
    const page = await browser.newPage();
    const elsewhere: string[] = [];
    page.on('request', (request) => {
      if (/^https?:/.test(request.url()) && !request.url().startsWith(origin)) elsewhere.push(request.url());
    });
    await page.goto(origin + language);
    await page.locator('.DocSearch-Button').click();
    await page.locator('.search-input').fill(query);
    await page.locator('.results .result').first().waitFor();
    expect(await page.locator('.results').innerText()).toMatch(found);
    await page.locator('.search-input').fill(`${query}没有这样的词`);
    await page.locator('.no-results').waitFor();
    expect(elsewhere).toEqual([]);
  });
});
