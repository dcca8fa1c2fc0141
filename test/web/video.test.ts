import { expect, test } from 'vitest';
import { describeWithClips, ffmpeg, scratch } from '../video/ffmpeg.ts';
import { hasChromium, openStudio, SCREENS } from './support.ts';

describeWithClips('video in the studio', () => {
  test.skipIf(!hasChromium).each(['desktop', 'phone'] as const)(
    'on a %s: a clip is looked at, its boxes lie on the frame that is shown, and a reload loses no counts',
    async (screen) => {
      const path = scratch();
      const clip = path('clip.webm');
      await ffmpeg('-f', 'lavfi', '-i', 'testsrc=s=160x120:d=2:r=10', '-c:v', 'libvpx', clip);
      const { page, problems, expectAccessible } = await openStudio({
        path: '/video',
        context: SCREENS[screen],
        jobs: { folder: path('jobs') },
      });
      await page.setInputFiles('#clip', clip);
      await page.getByRole('button', { name: 'Add a line' }).click();
      await page.getByRole('spinbutton', { name: 'from x' }).fill('0.25');
      await expectAccessible();
      await page.getByRole('button', { name: 'Look at it' }).click();
      await page.getByText('Done').waitFor({ timeout: 60_000 });
      await page.getByRole('button', { name: 'Next frame with objects' }).click();
      await page.locator('#boxes .over').nth(1).waitFor();
      await page.getByText('line 1: 0 in, 0 out').waitFor();
      await expectAccessible();
      await page.reload();
      await page.getByRole('row', { name: /person \d/ }).waitFor();
      await page.getByRole('button', { name: '中文' }).click();
      await page.getByText('已完成').waitFor();
      await expectAccessible();
      expect(problems).toEqual([]);
    },
    120_000,
  );
});
