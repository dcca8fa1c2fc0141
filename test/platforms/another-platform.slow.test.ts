/**
 * A platform that Pictor has never heard of, as one folder: packed, emulated, handed over.
 */
import { readFile } from 'node:fs/promises';
import { unzipSync } from 'fflate';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startEmulator } from '../../src/deploy/emulate/emulator.ts';
import { deploymentFiles } from '../../src/deploy/hand-over/deployment-files.ts';
import { planSteps } from '../../src/deploy/hand-over/plan-steps.ts';
import { loadDeploySettings } from '../../src/deploy/hand-over/settings.ts';
import type { PackReport } from '../../src/deploy/pack/types.ts';
import { openWorkshop, picture, type Workshop } from '../deploy/support.ts';
import { nimbus } from './fixtures/nimbus/platform.ts';

let shop: Workshop;
let report: PackReport;
beforeAll(async () => {
  shop = await openWorkshop();
  report = await shop.pack('nimbus.zip', { platform: nimbus });
}, 120_000);
afterAll(() => shop[Symbol.asyncDispose]());

test('its archive was started as the platform starts it, and answered', async () => {
  expect(report.proof).toMatchObject({ kind: 'booted', answer: { model: 'colours' } });
  expect(unzipSync(await readFile(report.file))['nimbus.txt']?.toString()).toBeDefined();
});

test('its gateway and its refusals stand before the function', async () => {
  await using emulator = await startEmulator({ platform: nimbus, archive: report.file, port: 0 });
  const ask = (body: Buffer) => fetch(`${emulator.url}/image?top=1`, { method: 'POST', body });
  const answer = await ask(await picture('red'));
  expect(await answer.json()).toMatchObject({ prediction: { red: expect.any(Number) } });
  const refused = await ask(Buffer.alloc(2_000_000));
  expect([refused.status, await refused.text()]).toEqual([599, 'sunshine']);
});

test('its settings, files and commands come from its definition', async () => {
  const settings = await loadDeploySettings({ platform: nimbus });
  expect(settings).toMatchObject({ region: 'stratus-1', tool: 'nimbusctl', trigger: 'drop' });
  expect(await deploymentFiles(settings)).toEqual([
    { path: 'nimbus.json', text: '{"name":"pictor","memory":512}' },
  ]);
  expect(await planSteps(settings, 'out')).toContainEqual({
    kind: 'run',
    command: 'nimbusctl rain pictor',
    folder: 'out',
  });
  await expect(loadDeploySettings({ platform: nimbus, flags: { memory: 300 } })).rejects.toThrow(
    /memory to be 256 or 512 on nimbus/,
  );
  await expect(shop.pack('web.zip', { platform: nimbus, kind: 'web' })).rejects.toThrow(/--kind web on scf/);
});
