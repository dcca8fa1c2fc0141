import { describe, expect, test } from 'vitest';
import { bring, hasChromium, openStudio, photo } from './support.ts';

const astronaut = photo('astronaut');

describe.skipIf(!hasChromium)('what the studio says when a picture cannot be recognised', () => {
  test.each([
    ['text', Buffer.from('not a picture'), 'This file is not a picture'],
    ['HEIC', Buffer.from('\0\0\0\x18ftypheic\0\0\0\0mif1heic'), 'Most Compatible'],
    ['nothing', Buffer.alloc(0), 'The picture is empty'],
    [
      'half a picture',
      Buffer.from([0xff, 0xd8, 0xff, 0xe0, 0, 16, 74, 70, 73, 70, 0]),
      'damaged or incomplete',
    ],
  ])('a file with %s', async (_, buffer, words) => {
    const { page, expectAccessible } = await openStudio();
    await page.setInputFiles('#file', { name: 'cat.jpg', mimeType: 'image/jpeg', buffer });
    await page.locator('.failure', { hasText: words }).first().waitFor();
    await expectAccessible();
  });

  test('one that is too large, in Chinese', async () => {
    const { page } = await openStudio({
      limits: { image: { maxBytes: 1000 } },
      context: { locale: 'zh-CN' },
    });
    await page.setInputFiles('#file', astronaut);
    await page.locator('.failure', { hasText: '图片文件太大' }).waitFor();
    await page.getByText('limits.image.maxBytes').first().waitFor();
  });

  test('a server with keys asks for one, says when it is wrong, takes the right one and keeps it over a reload', async () => {
    const { page, expectAccessible } = await openStudio({
      keys: { keys: [{ id: 'me', secret: 'open-sesame' }] },
    });
    const key = page.getByLabel('This server asks for a key');
    await key.fill('close-sesame');
    await page.getByRole('button', { name: 'Use' }).click();
    await page.getByText('This key is not valid.').waitFor();
    await expectAccessible();
    await key.fill('open-sesame');
    await page.getByRole('button', { name: 'Use' }).click();
    await page.getByRole('tab', { name: 'What is it?' }).waitFor();
    await page.setInputFiles('#file', astronaut);
    await page.locator('.bars .name', { hasText: 'red' }).waitFor();
    await page.reload();
    await page.getByRole('tab', { name: 'What is it?' }).waitFor();
    expect(await key.count()).toBe(0);
  });

  test('a lost network is said, and what was asked is asked again when it is back', async () => {
    const { page } = await openStudio();
    await page.getByRole('tab', { name: 'What is it?' }).waitFor();
    await page.context().setOffline(true);
    await page.setInputFiles('#file', astronaut);
    await page.locator('.failure', { hasText: 'The server does not answer' }).waitFor();
    await page.context().setOffline(false);
    await page.locator('.bars .name', { hasText: 'red' }).waitFor();
  });

  test('a slow network shows that something happens', async () => {
    const { page } = await openStudio();
    const slow = await page.context().newCDPSession(page);
    await slow.send('Network.emulateNetworkConditions', {
      offline: false,
      latency: 400,
      downloadThroughput: 50_000,
      uploadThroughput: 50_000,
    });
    await page.setInputFiles('#file', astronaut);
    await page.getByRole('status').filter({ hasText: 'Looking …' }).waitFor();
    await page.locator('.bars .name', { hasText: 'red' }).waitFor();
  });

  test('a text dropped instead of a picture', async () => {
    const { page } = await openStudio();
    await bring(page, 'drop', { type: 'text/plain', text: 'a cat' });
    await page.locator('.failure', { hasText: 'No picture came with this' }).waitFor();
  });
});
