import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { unzipSync } from 'fflate';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openModelStore } from '../../src/models/store/store.ts';
import { hasData } from '../support/data.ts';
import { squeezenetReference } from '../support/squeezenet.ts';
import { hasChromium, openStudio, SCREENS } from './support.ts';

const EACH = 10;

/** Pictures of one hue each, no two the same. */
async function pictures(name: string, hue: readonly [number, number, number]) {
  return Promise.all(
    Array.from({ length: EACH }, async (_, i) => {
      const stripe = { create: { width: 16 + 3 * i, height: 96, channels: 3 as const, background: '#888' } };
      const buffer = await sharp({
        create: { width: 128, height: 96, channels: 3, background: { r: hue[0], g: hue[1], b: hue[2] } },
      })
        .composite([{ input: stripe, left: 7 * i, top: 0 }])
        .jpeg()
        .toBuffer();
      return { name: `${name}-${i}.jpg`, mimeType: 'image/jpeg', buffer };
    }),
  );
}

describe.skipIf(!hasChromium || !hasData)('training in the studio', () => {
  const before = process.env['PICTOR_HOME'];
  let home = '';
  beforeAll(async () => {
    home = await mkdtemp(join(tmpdir(), 'pictor-studio-'));
    process.env['PICTOR_HOME'] = home;
    const { manifest, path } = squeezenetReference();
    await openModelStore({ folder: home }).add(path, { ...manifest, id: 'backbone' });
  });
  afterAll(async () => {
    if (before === undefined) delete process.env['PICTOR_HOME'];
    else process.env['PICTOR_HOME'] = before;
    await rm(home, { recursive: true, force: true });
  });
  const open = (options: Parameters<typeof openStudio>[0] = {}) =>
    openStudio({
      path: '/train',
      models: ['backbone'],
      store: openModelStore({ folder: home }),
      engine: { workers: 1 },
      jobs: { folder: join(home, `jobs-${Math.random()}`) },
      ...options,
    });

  test('two classes are trained, survive a reload, and the model is tried, corrected and taken back', async () => {
    const { page, problems, expectAccessible } = await open();
    await expectAccessible();
    const columns = page.locator('.class');
    await page.getByRole('textbox', { name: 'Name of the model' }).fill('hues');
    await page.getByRole('textbox', { name: 'Name of the class' }).first().fill('warm');
    await page.getByRole('textbox', { name: 'Name of the class' }).nth(1).fill('cold');
    const [warm, cold] = [await pictures('warm', [220, 60, 40]), await pictures('cold', [40, 60, 220])];
    await columns.first().locator('input[multiple]').setInputFiles(warm);
    await columns.nth(1).locator('input[multiple]').setInputFiles(cold);
    await page.getByText('10 pictures').nth(1).waitFor();
    await page.reload();
    await page.getByText('10 pictures').nth(1).waitFor();
    await page.getByRole('button', { name: 'Train', exact: true }).click();
    await page.locator('.run').waitFor();
    await page.reload();
    await page.getByText(/held-out pictures are right/).waitFor({ timeout: 60_000 });
    await expectAccessible();

    await page
      .getByRole('button', { name: /^\d+ of warm taken for/ })
      .first()
      .click();
    await page.locator('.cell img[src^=blob]').first().waitFor();
    await page.locator('.cell select').first().selectOption({ label: 'Leave out' });
    await expectAccessible();
    await page.setInputFiles('#try', cold[0] ?? []);
    await page.locator('.try .bars .name', { hasText: 'cold' }).first().waitFor();

    await page.getByRole('button', { name: 'Train again with 1 correction' }).click();
    await page.locator('h3', { hasText: 'hues v2' }).waitFor({ timeout: 60_000 });
    await page.getByRole('button', { name: 'Compare with the one that answers' }).click();
    await page.getByText(/right now/).waitFor();
    await page.getByRole('button', { name: 'Use this version' }).click();
    await page.locator('tr', { hasText: 'answers now' }).getByText('1', { exact: false }).first().waitFor();
    const downloading = page.waitForEvent('download');
    await page.getByRole('button', { name: /ONNX/ }).first().click();
    expect((await readFile(await (await downloading).path())).length).toBeGreaterThan(1000);
    expect(problems).toEqual([]);
  }, 180_000);

  test('pictures come from the camera in a burst and can be kept as a zip; in Chinese on a phone', async () => {
    const { page, expectAccessible } = await open({ context: { ...SCREENS.phone, locale: 'zh-CN' } });
    await page.getByRole('button', { name: '摄像头：class-1' }).click();
    const record = page.getByRole('button', { name: '连拍' });
    await record.focus();
    await page.keyboard.press('Enter');
    await page.locator('.class').first().locator('.samples img').nth(3).waitFor();
    await page.getByRole('button', { name: '停止连拍' }).focus();
    await page.keyboard.press('Enter');
    await expectAccessible();
    const downloading = page.waitForEvent('download');
    await page.getByRole('button', { name: '把图片保存为 zip' }).click();
    const files = Object.keys(unzipSync(await readFile(await (await downloading).path())));
    expect(files).toContain('class-1/0001.jpg');
  });

  test('without jobs the page says so', async () => {
    const { page, expectAccessible } = await open({ jobs: undefined });
    await page.locator('.failure code', { hasText: 'FEATURE_UNSUPPORTED' }).waitFor();
    await expectAccessible();
  });
});
