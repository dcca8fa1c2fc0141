/**
 * Pictures of the studio for the README, made with the server as it is: `npm run docs:images`, after `npm run build`.
 * Needs Chromium (`PICTOR_TEST_CHROMIUM`, else Debian's).
 *
 * @module
 */
import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { chromium } from 'playwright-core';

const root = (path: string) => fileURLToPath(new URL(`../${path}`, import.meta.url));
const WALKS = [
  { language: 'en', tab: 'Objects', file: 'docs/images/studio.png' },
  { language: 'zh', tab: '物体', file: 'docs/images/studio.zh.png' },
] as const;
const STARTED_WITHIN_MS = 60_000;

const home = await mkdtemp(join(tmpdir(), 'pictor-images-'));
const server = spawn(process.execPath, [root('dist/bundle/cli.js'), 'serve', '--port', '0', '--no-pull'], {
  env: { ...process.env, PICTOR_HOME: home },
  stdio: ['ignore', 'ignore', 'pipe'],
});
try {
  const url = await addressOf(server.stderr);
  const browser = await chromium.launch({
    executablePath: process.env.PICTOR_TEST_CHROMIUM ?? '/usr/bin/chromium',
    args: ['--no-sandbox', '--disable-gpu'],
  });
  for (const { language, tab, file } of WALKS) {
    const page = await browser.newPage({
      viewport: { width: 1280, height: 920 },
      locale: language === 'zh' ? 'zh-CN' : 'en-US',
      colorScheme: 'light',
    });
    await page.goto(url);
    const photos = ['coffee', 'cat', 'astronaut'].map((name) => root(`examples/photos/${name}.jpg`));
    await page.setInputFiles('#file', photos);
    await page.getByRole('tab', { name: tab }).click();
    await page.getByRole('button', { name: 'astronaut.jpg' }).first().click();
    await page
      .locator('.strip li.answered')
      .nth(photos.length - 1)
      .waitFor();
    await page.locator('#boxes .over').first().waitFor();
    await page.screenshot({ path: root(file) });
    await page.close();
    console.log(file);
  }
  await browser.close();
} finally {
  server.kill('SIGTERM');
  await rm(home, { recursive: true, force: true });
}

/** The server's address, once its models are loaded. */
function addressOf(stderr: NodeJS.ReadableStream): Promise<string> {
  return new Promise((resolve, reject) => {
    const late = setTimeout(() => reject(new Error('the server did not start')), STARTED_WITHIN_MS);
    let said = '';
    stderr.on('data', (chunk) => {
      said += String(chunk);
      const url = /http:\/\/[\d.]+:\d+/.exec(said)?.[0];
      if (url === undefined || !said.includes('Ctrl-C')) return;
      clearTimeout(late);
      resolve(url);
    });
  });
}
