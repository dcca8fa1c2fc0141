import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { describe, expect, onTestFinished, test } from 'vitest';
import { createEngine, load, openModelStore } from '../../src/index.ts';
import { type SmallModelName, writeSmallModel } from '../support/small-models.ts';

const red = await sharp({ create: { width: 40, height: 30, channels: 3, background: 'red' } })
  .png()
  .toBuffer();

/** A store whose embedded models are the small ones. */
async function storeOf(...names: readonly SmallModelName[]) {
  const folder = await mkdtemp(join(tmpdir(), 'pictor-load-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  for (const name of names) await writeSmallModel(folder, name);
  return openModelStore({ env: {}, folder: join(folder, 'store'), embedded: folder });
}

describe('load', () => {
  test('needs nothing but a name; recognizers share an engine, which ends with the last of them', async () => {
    const store = await storeOf('colours', 'halves');
    const classifier = await load('colours', { store, task: 'classify' });
    const detector = await load('halves', { store, task: 'detect' });
    expect((await classifier.classify(red)).predictions[0]?.label).toBe('red');
    await classifier.close();
    await expect(classifier.classify(red)).rejects.toMatchObject({ code: 'ENGINE_CLOSED' });
    expect((await detector.detect(red)).detections.length).toBeGreaterThan(0);
    await detector.close();
    await expect(detector.detect(red)).rejects.toMatchObject({ code: 'ENGINE_CLOSED' });
    await using again = await load('colours', { store, task: 'classify' });
    expect((await again.classify(red)).predictions[0]?.label).toBe('red');
  });

  test('closing twice does not close the engine of the others', async () => {
    const store = await storeOf('colours');
    await using one = await load('colours', { store, task: 'classify' });
    const other = await load('colours', { store, task: 'classify' });
    await Promise.all([other.close(), other.close()]);
    await other.close();
    expect((await one.classify(red)).predictions[0]?.label).toBe('red');
  });

  test('uses an engine that is given, and leaves it open', async () => {
    const store = await storeOf('colours');
    await using engine = createEngine({ workers: 1 });
    const first = await load('colours', { store, engine, task: 'classify' });
    await first.close();
    await using second = await load('colours', { store, engine, task: 'classify' });
    expect((await second.classify(red)).predictions[0]?.label).toBe('red');
  });

  test('the type follows the task of the model', async () => {
    const store = await storeOf('safety');
    await using recognizer = await load('safety', { store });
    expect(recognizer.task).toBe('moderate');
    if (recognizer.task === 'moderate') expect((await recognizer.moderate(red)).verdict).toBeTruthy();
  });

  test('never downloads, never takes another model, and leaves nothing open when it fails', async () => {
    const store = await storeOf('colours');
    await expect(load('squeezenet', { store })).rejects.toMatchObject({ code: 'MODEL_NOT_LOCAL' });
    await expect(load('colour', { store })).rejects.toMatchObject({ code: 'MODEL_UNKNOWN' });
    await expect(load('colours', { store, task: 'detect' })).rejects.toMatchObject({
      code: 'MODEL_TASK_MISMATCH',
    });
    await expect(load('colours', { store, signal: AbortSignal.abort() })).rejects.toMatchObject({
      code: 'ABORTED',
    });
  });
});
