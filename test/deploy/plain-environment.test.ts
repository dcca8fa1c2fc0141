import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { loadDeploySettings } from '../../src/deploy/hand-over/settings.ts';
import { PLATFORM_IDS } from '../../src/platforms/registry.ts';

async function fileOf(settings: unknown): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'pictor-environment-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const file = join(folder, 'pictor.config.json');
  await writeFile(file, JSON.stringify(settings));
  return file;
}

/** What tools replace; a `#` stands for the dollar sign. */
const REPLACED = [
  '#{file(/etc/passwd)}',
  'a#{env:HOME}',
  '#{{ secrets.X }}',
  '#(POD_IP)',
  '{{resolve:ssm:x}}',
].map((text) => text.replace('#', '$'));

test.each(PLATFORM_IDS)('%s: what a tool would replace reaches no file', async (platform) => {
  for (const value of REPLACED) {
    const file = await fileOf({ deploy: { environment: { GREETING: value } } });
    await expect(loadDeploySettings({ platform, file }), value).rejects.toMatchObject({
      code: 'CONFIG_INVALID',
      details: { fix: expect.stringContaining('deploy.secrets') },
    });
  }
});

test('neither do settings of the server that become variables', async () => {
  const file = await fileOf({ cors: [`https://${REPLACED[1]}.example`] });
  await expect(loadDeploySettings({ platform: 'scf', file })).rejects.toMatchObject({
    code: 'CONFIG_INVALID',
  });
});

test('a dollar sign and braces by themselves are plain text', async () => {
  const environment = { PRICE: '5 $', JSON: '{"a": 1}', HOME_OF: '$HOME' };
  const file = await fileOf({ deploy: { environment } });
  expect((await loadDeploySettings({ platform: 'scf', file })).environment).toMatchObject(environment);
});
