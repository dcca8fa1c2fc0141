import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { ROUTES } from '../../src/server/api/routes/index.ts';
import { CHINESE_SUMMARIES } from '../../web/docs/chinese.ts';
import { snippetsFor } from '../../web/docs/snippets.ts';
import { parseMetrics, quantileBetween, total } from '../../web/status/prometheus.ts';
import { openApp } from '../server/support.ts';
import { hasChromium, openStudio, photo, SCREENS } from './support.ts';

const nameOf = ({ method, path }: { method: string; path: string }) =>
  `${method.toUpperCase()} ${path.replace(/:(\w+)/g, '{$1}')}`;

test('every operation has a Chinese summary', () => {
  expect(Object.keys(CHINESE_SUMMARIES).sort()).toEqual(ROUTES.map(nameOf).sort());
});

test('snippets say the same request in three languages', () => {
  const address = 'http://localhost:1/v1/classify?top=3';
  const snippets = snippetsFor({ method: 'POST', address, withKey: true, body: 'picture' });
  for (const snippet of Object.values(snippets)) {
    expect(snippet).toContain(address);
    expect(snippet).toContain('X-Api-Key');
    expect(snippet).toContain('picture.jpg');
  }
  const json = snippetsFor({ method: 'POST', address, withKey: false, body: { url: "http://x/it's.jpg" } });
  expect(json.curl).toContain(`-d '{"url":"http://x/it'\\''s.jpg"}'`);
});

test('metrics are read, and quantiles are those of what happened between two readings', () => {
  const at = (fast: number, slow: number) =>
    parseMetrics(
      [
        '# HELP d x',
        `d_bucket{le="0.1",operation="a\\"b"} ${fast}`,
        `d_bucket{le="1",operation="a\\"b"} ${fast + slow}`,
        `d_bucket{le="+Inf",operation="a\\"b"} ${fast + slow}`,
        `requests_total{status="200"} ${fast}`,
        `requests_total{status="500"} ${slow}`,
      ].join('\n'),
    );
  expect(total(at(3, 4), 'requests_total')).toBe(7);
  expect(quantileBetween(at(100, 0), at(110, 0), 'd', 0.5)).toBeCloseTo(0.05);
  expect(quantileBetween(at(0, 0), at(0, 10), 'd', 0.95)).toBeGreaterThan(0.1);
  expect(quantileBetween(at(5, 5), at(5, 5), 'd', 0.5)).toBeUndefined();
});

test('the Grafana dashboard asks for metrics that the server has', async () => {
  const { send } = await openApp({ jobs: await jobsFolder() });
  const written = await (await send('/metrics')).text();
  const dashboard = await readFile(new URL('../../examples/grafana.json', import.meta.url), 'utf8');
  const asked = new Set([...dashboard.matchAll(/\b(?:pictor|process)_\w+/g)].map(([name]) => name));
  expect(asked.size).toBeGreaterThan(8);
  for (const name of asked) expect(written).toContain(name.replace(/_bucket$/, ''));
});

async function jobsFolder(): Promise<{ folder: string }> {
  const folder = await mkdtemp(join(tmpdir(), 'pictor-status-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return { folder };
}

describe.skipIf(!hasChromium)('the pages for operators and programmers', () => {
  test.each(['desktop', 'phone'] as const)(
    'on a %s: status with models, charts and log, in both languages',
    async (screen) => {
      const { page, problems, expectAccessible } = await openStudio({
        path: '/status',
        context: SCREENS[screen],
        jobs: await jobsFolder(),
      });
      await page.locator('tr', { hasText: 'colours' }).getByText('ready').waitFor();
      await page.getByText('No keys: everybody').waitFor();
      await page.locator('.log', { hasText: 'operation=' }).waitFor();
      await page.locator('.charts .big', { hasText: 'MB' }).waitFor();
      await expectAccessible();
      await page.getByRole('button', { name: '中文' }).click();
      await page.getByRole('heading', { name: '密钥' }).waitFor();
      await expectAccessible();
      expect(problems).toEqual([]);
    },
  );

  test('status asks for the key of an operator and shows keys without secrets', async () => {
    const scopes = ['admin', 'metrics', 'infer'] as const;
    const keys = [
      { id: 'operator', secret: 'operator-secret', scopes: [...scopes] },
      { id: 'phone', secret: 'phone-secret' },
    ];
    const { page, expectAccessible } = await openStudio({ path: '/status', keys: { keys } });
    const key = page.getByLabel('This server asks for a key');
    await key.fill('phone-secret');
    await page.getByRole('button', { name: 'Use' }).click();
    await page.getByText('This key may not do that.').waitFor();
    await expectAccessible();
    await key.fill('operator-secret');
    await page.getByRole('button', { name: 'Use' }).click();
    await page.locator('li', { hasText: 'phone' }).getByText('infer').waitFor();
    expect(await page.locator('main').textContent()).not.toContain('-secret');
  });

  test('the documentation has every route with the address of this server, and sends requests', async () => {
    const { page, url, problems, expectAccessible } = await openStudio({ path: '/docs' });
    await page
      .locator('.operation')
      .nth(ROUTES.length - 1)
      .waitFor();
    const names = await page.locator('.operation summary code').allTextContents();
    expect(names.sort()).toEqual(ROUTES.map((route) => nameOf(route).split(' ')[1]).sort());
    const classify = page.locator('.operation', { has: page.getByText('/v1/classify', { exact: true }) });
    await classify.locator('summary').click();
    await classify.getByRole('textbox', { name: '/v1/classify top' }).fill('2');
    await classify.locator('.code', { hasText: `${url}/v1/classify?top=2` }).waitFor();
    await classify.locator('input[type=file]').setInputFiles(photo('cat'));
    await classify.getByRole('button', { name: 'Send' }).click();
    await classify.getByText('HTTP 200').waitFor();
    await classify.locator('.code', { hasText: '"model": "colours"' }).waitFor();
    await expectAccessible();
    await page.getByRole('button', { name: '中文' }).click();
    await page.getByText('图片最可能的类别').waitFor();
    await expectAccessible();
    expect(problems).toEqual([]);
  });
});
