import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, onTestFinished, test } from 'vitest';
import { EXAMPLES, exampleFiles } from '../../scripts/deployment-examples.ts';
import { deploymentFiles } from '../../src/deploy/hand-over/deployment-files.ts';
import type { DeployInput } from '../../src/deploy/hand-over/schema.ts';
import { loadDeploySettings } from '../../src/deploy/hand-over/settings.ts';
import { loadConfiguration } from '../../src/server/configuration/index.ts';

async function configuration(settings: unknown): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'pictor-files-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const file = join(folder, 'pictor.config.json');
  await writeFile(file, JSON.stringify(settings));
  return file;
}

describe('the examples', () => {
  test('are what the configuration gives today (npm run examples:deploy)', async () => {
    const generated = await exampleFiles();
    const entries = await readdir(EXAMPLES, { recursive: true, withFileTypes: true });
    const committed = entries
      .filter(
        (entry) => entry.isFile() && entry.parentPath.replace(/\/$/, '') !== EXAMPLES.replace(/\/$/, ''),
      )
      .map((entry) => join(entry.parentPath, entry.name).slice(EXAMPLES.length));
    expect(committed.sort()).toEqual([...generated.keys()].sort());
    for (const [path, text] of generated) {
      expect(await readFile(join(EXAMPLES, path), 'utf8'), path).toBe(text);
    }
  });

  test('their configuration file serves a server too', async () => {
    const { models, limits } = await loadConfiguration({ file: join(EXAMPLES, 'pictor.config.yaml') });
    expect(models).toEqual(['squeezenet']);
    expect(limits.image?.maxPixels).toBe(40_000_000);
  });
});

describe('what a configuration says', () => {
  test('flags win over the platform, the platform over all platforms', async () => {
    const file = await configuration({
      models: ['densenet121'],
      deploy: { name: 'all', memory: 256, timeout: 10, platforms: { lambda: { name: 'aws', memory: 1024 } } },
    });
    const settings = await loadDeploySettings({ platform: 'lambda', file, flags: { memory: 2048 } });
    expect(settings).toMatchObject({ name: 'aws', memory: 2048, timeout: 10, model: 'densenet121' });
    expect(await loadDeploySettings({ platform: 'scf', file })).toMatchObject({ name: 'all', memory: 256 });
  });

  test('the server’s settings become variables that a function reads back as the same settings', async () => {
    const file = await configuration({
      port: 9999,
      urls: true,
      cors: ['https://a.example', 'https://b.example'],
      protocols: ['baidu'],
      limits: { deadlineMs: 5000, image: { maxPixels: 1_000_000 } },
      log: { level: 'warn', format: 'json' },
      engine: { workers: 3 },
      deploy: { environment: { PICTOR_LOG_LEVEL: 'debug' } },
    });
    const { environment } = await loadDeploySettings({ platform: 'scf', file });
    const there = await loadConfiguration({ env: environment });
    const here = await loadConfiguration({ file });
    expect(there.limits).toEqual(here.limits);
    expect(there).toMatchObject({ urls: true, cors: here.cors, protocols: here.protocols });
    expect(there.log.level).toBe('debug');
    expect(Object.keys(environment)).not.toContain('PICTOR_PORT');
  });

  test('secrets are named in the files, their values are in none', async () => {
    process.env['PICTOR_KEYS'] = 'never-to-be-seen';
    onTestFinished(() => {
      delete process.env['PICTOR_KEYS'];
    });
    const file = await configuration({ keysFile: 'keys.json', deploy: { secrets: ['PICTOR_KEYS'] } });
    for (const [platform, flags] of [
      ['scf', {}],
      ['lambda', {}],
      ['lambda', { tool: 'sam' }],
      ['fc', {}],
      ['functiongraph', {}],
      ['container', { tool: 'knative', image: 'a/b:1' }],
      ['container', { tool: 'cloud-run', image: 'a/b:1' }],
      ['container', { tool: 'kubernetes', image: 'a/b:1' }],
    ] satisfies [string, DeployInput][]) {
      const files = await deploymentFiles(await loadDeploySettings({ platform, file, flags }));
      const text = files.map((one) => one.text).join();
      expect(text, platform).toMatch(/PICTOR_KEYS/);
      expect(text, platform).not.toContain('never-to-be-seen');
    }
  });

  test('without a file there are defaults', async () => {
    expect(await loadDeploySettings({ platform: 'scf' })).toMatchObject({
      name: 'pictor',
      model: 'squeezenet',
      region: 'ap-guangzhou',
      trigger: 'url',
      memory: 512,
      node: 20,
    });
  });
});

describe('what a configuration must not say', () => {
  test.each([
    [{ deploy: { nam: 'x' } }, 'scf', /`deploy` .*nam/],
    [{ deploy: { name: 'With Space' } }, 'scf', /`deploy\.name`/],
    [{ deploy: { environment: { 'a-b': 'x' } } }, 'scf', /`deploy\.environment/],
    [{ deploy: { platforms: { scf: { memory: '1' } } } }, 'scf', /`deploy\.platforms\.scf\.memory`/],
    [{ deploy: { platforms: { nowhere: {} } } }, 'scf', /`deploy\.platforms/],
    [{ deploy: { memory: 200 } }, 'scf', /steps of 128/],
    [{ deploy: { memory: 16_384 } }, 'lambda', /128 to 10240/],
    [{ deploy: { memory: 768 + 128 } }, 'functiongraph', /steps of 256/],
    [{ deploy: { timeout: 901 } }, 'lambda', /at most 900 s/],
    [{ deploy: { timeout: 601, image: 'a/b' } }, 'container', /at most 600 s/],
    [{ deploy: { arch: 'arm64' } }, 'scf', /arch to be x64/],
    [{ deploy: { node: 18 } }, 'scf', /Node\.js 20 or newer/],
    [{ deploy: { tool: 'sam' } }, 'scf', /tool to be scf on scf/],
    [{ deploy: { trigger: 'apigw' } }, 'lambda', /trigger to be url or http or rest on lambda/],
    [{}, 'container', /image with its registry/],
    [{}, 'azure', /resource group/],
    [{ keysFile: 'keys.json' }, 'scf', /Add PICTOR_KEYS to `deploy\.secrets`/],
    [{ limits: { image: { minSide: 9 } } }, 'scf', /`limits\.image\.minSide`/],
    [{ limts: {} }, 'scf', /limts/],
    [{}, 'heroku', /no such platform.*heroku/],
  ])('%j on %s', async (settings, platform, message) => {
    const file = await configuration(settings);
    await expect(loadDeploySettings({ platform, file })).rejects.toThrow(message);
  });
});

test('whatever values the environment has, the files read back with them', async () => {
  const { parse } = await import('yaml');
  await fc.assert(
    fc.asyncProperty(fc.string({ unit: 'grapheme' }), async (value) => {
      const file = await configuration({ deploy: { environment: { PICTOR_ODD: value } } });
      const [yaml] = await deploymentFiles(await loadDeploySettings({ platform: 'lambda', file }));
      expect(parse(yaml?.text ?? '').provider.environment.PICTOR_ODD).toBe(value);
    }),
    { numRuns: 40 },
  );
});
