import { readFile } from 'node:fs/promises';
import { describe, expect, test } from 'vitest';
import { bring, hasChromium, openStudio, photo, SCREENS } from './support.ts';

const astronaut = photo('astronaut');

describe.skipIf(!hasChromium)('recognising pictures in the studio', () => {
  test.each(['desktop', 'phone'] as const)(
    'on a %s: every task, two languages, light and dark',
    async (screen) => {
      const { page, problems, expectAccessible } = await openStudio({ context: SCREENS[screen] });
      await page.getByText('The answer will stand here.').waitFor();
      await expectAccessible();
      await page.setInputFiles('#file', astronaut);
      await page.locator('.bars .name', { hasText: 'red' }).waitFor();
      await page.getByRole('tab', { name: 'Objects' }).click();
      await page.locator('#boxes .over').nth(1).waitFor();
      expect(await page.locator('.bars .name').allInnerTexts()).toEqual([
        expect.stringContaining('person'),
        expect.stringContaining('dog'),
      ]);
      await expectAccessible();
      await page.getByRole('button', { name: '中文' }).click();
      await page.locator('.bars .name', { hasText: '狗' }).waitFor();
      await page.getByRole('tab', { name: '内容安全' }).click();
      await page.locator('.verdict').waitFor();
      expect(await page.locator('html').getAttribute('lang')).toBe('zh-CN');
      await page.getByRole('button', { name: '外观：自动' }).click();
      await expectAccessible();
      expect(problems).toEqual([]);
    },
  );

  test('several pictures stand in a strip with their answers; all go into a table', async () => {
    const { page, problems, expectAccessible } = await openStudio();
    await page.setInputFiles('#file', [astronaut, photo('cat'), photo('coffee')]);
    await page.locator('.strip li.answered').nth(2).waitFor();
    await page.getByRole('button', { name: 'coffee.jpg' }).first().click();
    await page.getByRole('img', { name: 'Picture: coffee.jpg' }).waitFor();
    await expectAccessible();
    const downloading = page.waitForEvent('download');
    await page.getByRole('button', { name: 'CSV of all' }).click();
    const table = await readFile(await (await downloading).path(), 'utf8');
    const names = ['astronaut.jpg', 'cat.jpg', 'coffee.jpg'];
    for (const name of names)
      expect(table).toMatch(new RegExp(`^${name},(red|green|blue),[01]\\.\\d+,`, 'm'));
    await page.getByRole('button', { name: 'Remove cat.jpg' }).click();
    expect(await page.locator('.strip li').count()).toBe(2);
    await page.getByRole('button', { name: 'Remove all' }).click();
    await page.getByText('Or try one of these:').waitFor();
    expect(problems).toEqual([]);
  });

  test('the threshold hides what is below it, at once and without another request', async () => {
    const { page } = await openStudio();
    await page.setInputFiles('#file', astronaut);
    await page.getByRole('tab', { name: 'Objects' }).click();
    await page.locator('#boxes .over').nth(1).waitFor();
    let requests = 0;
    page.on('request', () => requests++);
    await page.getByRole('spinbutton', { name: 'Threshold in percent' }).fill('85');
    await expect.poll(() => page.locator('#boxes .over').count()).toBe(1);
    await page.getByRole('spinbutton', { name: 'Threshold in percent' }).fill('95');
    await page.getByText('2 findings are below the threshold.').waitFor();
    expect(requests).toBe(0);
  });

  test('a name that is pointed at shows its box; the annotated picture is a picture', async () => {
    const { page } = await openStudio();
    await page.setInputFiles('#file', astronaut);
    await page.getByRole('tab', { name: 'Objects' }).click();
    await page.getByRole('button', { name: /^dog/ }).hover();
    await page.locator('.boxes .faint', { hasText: 'person' }).waitFor();
    const downloading = page.waitForEvent('download');
    await page.getByRole('button', { name: 'Annotated picture' }).click();
    const bytes = await readFile(await (await downloading).path());
    expect([...bytes.subarray(0, 2)]).toEqual([0xff, 0xd8]);
  });

  test('tabs are changed by arrow keys, and Enter leaves the focus where it is', async () => {
    const { page } = await openStudio();
    await page.getByRole('tab', { name: 'What is it?' }).focus();
    await page.keyboard.press('Enter');
    await page.keyboard.press('ArrowRight');
    const focused = page.locator('[role=tab]:focus');
    expect(await focused.textContent()).toBe('Objects');
    expect(await focused.getAttribute('aria-selected')).toBe('true');
  });

  test('the camera gives a picture', async () => {
    const { page, problems, expectAccessible } = await openStudio();
    await page.getByRole('button', { name: 'Camera', exact: true }).click();
    await page.getByRole('button', { name: 'Take the picture' }).waitFor();
    await expectAccessible();
    await page.getByRole('button', { name: 'Take the picture' }).click();
    await page.locator('.strip li.answered').waitFor();
    expect(problems).toEqual([]);
  });

  test('a sample, a pasted picture and one dropped from another page', async () => {
    const { page } = await openStudio();
    await page.getByRole('button', { name: 'A cat' }).click();
    await page.locator('.strip li.answered').waitFor();
    await bring(page, 'paste', { name: 'pasted.jpg', bytes: await readFile(photo('coffee')) });
    await page.getByRole('img', { name: 'Picture: pasted.jpg' }).waitFor();
    await bring(page, 'drop', { type: 'text/uri-list', text: 'https://pictures.example/cat.jpg' });
    await page.locator('.failure code', { hasText: 'IMAGE_URL_DISABLED' }).waitFor();
    await page.getByText('start the server with --urls').waitFor();
  });

  test('the code that is shown is the call that was made', async () => {
    const { page, url, expectAccessible } = await openStudio();
    await page.setInputFiles('#file', astronaut);
    await page.getByText('The same in a program').click();
    await page.getByRole('tab', { name: 'curl' }).click();
    await page.locator('.code', { hasText: `${url}/v1/classify?lang=en` }).waitFor();
    await expectAccessible();
    await page.getByRole('tab', { name: 'Answer' }).click();
    await page.locator('.code', { hasText: '"model": "colours"' }).waitFor();
  });
});
