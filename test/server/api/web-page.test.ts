import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { chromium } from 'playwright-core';
import { describe, expect, onTestFinished, test } from 'vitest';
import { listen } from '../../../src/server/http/listen.ts';
import { openApp } from '../support.ts';

const CHROMIUM = process.env.PICTOR_TEST_CHROMIUM ?? '/usr/bin/chromium';
const hasChromium = existsSync(CHROMIUM);
if (!hasChromium) console.warn(`SKIPPED without ${CHROMIUM}: the web page in a browser`);

const FLAGS = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];
const astronaut = fileURLToPath(new URL('../../../examples/photos/astronaut.jpg', import.meta.url));

async function openPage(options: Parameters<typeof openApp>[0] = {}) {
  const { app } = await openApp(options);
  const listener = await listen(app, { port: 0 });
  const browser = await chromium.launch({ executablePath: CHROMIUM, args: FLAGS });
  onTestFinished(async () => {
    await browser.close();
    listener.destroy();
    await listener.stop();
  });
  const page = await browser.newPage({ locale: 'en-GB', viewport: { width: 1200, height: 860 } });
  const problems: string[] = [];
  page.on('pageerror', (error) => problems.push(error.message));
  page.on('console', (message) => {
    if (message.type() === 'error') problems.push(message.text());
  });
  await page.goto(listener.url);
  return { page, problems };
}

describe.skipIf(!hasChromium)('the web page', () => {
  test('a picture that is chosen is classified, detected and moderated, in two languages', async () => {
    const { page, problems } = await openPage();
    await page.setInputFiles('#file', astronaut);
    await page.locator('.bars .name', { hasText: 'red' }).waitFor();
    await page.getByRole('tab', { name: 'Objects' }).click();
    await page.locator('#boxes rect').nth(1).waitFor();
    expect(await page.locator('.bars .name').allInnerTexts()).toEqual([
      expect.stringContaining('person'),
      expect.stringContaining('dog'),
    ]);
    await page.getByRole('button', { name: '中文' }).click();
    await page.locator('.bars .name', { hasText: '狗' }).waitFor();
    await page.getByRole('tab', { name: '内容安全' }).click();
    await page.locator('.verdict').waitFor();
    expect(await page.locator('html').getAttribute('lang')).toBe('zh');
    expect(problems).toEqual([]);
  });

  test('a file that is no picture shows the error and its code', async () => {
    const { page } = await openPage();
    await page.setInputFiles('#file', {
      name: 'cat.jpg',
      mimeType: 'image/jpeg',
      buffer: Buffer.from('not a picture'),
    });
    await page.locator('.error code', { hasText: 'IMAGE_FORMAT_UNSUPPORTED' }).waitFor();
  });

  test('a server with keys asks for one and takes it', async () => {
    const { page } = await openPage({ keys: { keys: [{ id: 'me', secret: 'open-sesame' }] } });
    await page.locator('#key').fill('open-sesame');
    await page.locator('#keyForm button').click();
    await page.getByRole('tab', { name: 'What is it?' }).waitFor();
    await page.setInputFiles('#file', astronaut);
    await page.locator('.bars .name', { hasText: 'red' }).waitFor();
  });
});
