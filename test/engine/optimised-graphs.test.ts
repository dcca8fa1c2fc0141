import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { createEngine } from '../../src/engine/engine.ts';
import type { EngineOptions, TensorMap } from '../../src/engine/types.ts';
import { describeWithData } from '../support/data.ts';
import { squeezenetReference } from '../support/squeezenet.ts';

const CAT = readFileSync(new URL('../../examples/photos/cat.jpg', import.meta.url));

async function emptyFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'pictor-optimised-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

/** Scores of a photograph, and the optimised graphs that the workers have mapped (known on Linux). */
async function ask(optimisedGraphs: EngineOptions['optimisedGraphs']) {
  await using engine = createEngine({
    workers: 1,
    ...(optimisedGraphs !== undefined && { optimisedGraphs }),
  });
  const session = await engine.open(squeezenetReference());
  const { outputs } = await session.infer(new Uint8Array(CAT));
  const mapped = engine.stats().workers.pids.flatMap((pid) => {
    const maps = `/proc/${pid}/maps`;
    const lines = existsSync(maps) ? readFileSync(maps, 'utf8').split('\n') : [];
    return lines.filter((line) => line.endsWith('.ort'));
  });
  return { scores: scores(outputs), mapped };
}

function scores(outputs: TensorMap): number[] {
  return Array.from(outputs['prob']?.data ?? [], Number);
}

function furthest(a: readonly number[], b: readonly number[]): number {
  return Math.max(...a.map((value, i) => Math.abs(value - (b[i] ?? Number.NaN))));
}

describeWithData('optimised graphs', () => {
  test('are kept at the first load, mapped at the next, and answer the same', async () => {
    const folder = await emptyFolder();
    const plain = await ask(false);
    const first = await ask(folder);
    const [kept = '', ...others] = readdirSync(folder);
    expect(kept).toMatch(/^[0-9a-f]{32}-onnxruntime-[\d.]+-[0-9a-f]{16}\.[0-9a-f]{64}\.ort$/);
    expect(others).toEqual([]);
    const second = await ask(folder);
    expect(readdirSync(folder)).toEqual([kept]);
    expect(plain.scores).toHaveLength(1000);
    expect(furthest(first.scores, plain.scores)).toBeLessThanOrEqual(1e-5);
    expect(furthest(second.scores, plain.scores)).toBeLessThanOrEqual(1e-5);
    if (process.platform !== 'linux') return;
    expect(plain.mapped).toEqual([]);
    expect(first.mapped[0]).toContain(kept);
    expect(second.mapped[0]).toContain(kept);
  });

  test('one that was changed is made again', async () => {
    const folder = await emptyFolder();
    const { scores } = await ask(folder);
    const [kept = ''] = readdirSync(folder);
    await writeFile(join(folder, kept), 'not a graph');
    const again = await ask(folder);
    expect(furthest(again.scores, scores)).toBeLessThanOrEqual(1e-5);
    const [replaced = ''] = readdirSync(folder);
    expect(readFileSync(join(folder, replaced)).length).toBeGreaterThan(1_000_000);
  });

  test('a folder that cannot be written to is done without', async () => {
    const folder = await emptyFolder();
    const file = join(folder, 'file');
    await writeFile(file, '');
    expect((await ask(join(file, 'folder'))).scores).toHaveLength(1000);
    expect(readdirSync(folder)).toEqual(['file']);
  });
});
