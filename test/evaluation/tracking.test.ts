import { readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import {
  combineSums,
  evaluateTracks,
  measuresOf,
  sumsOf,
} from '../../src/evaluation/tracking/evaluate-tracks.ts';
import { parseMotText } from '../../src/evaluation/tracking/mot-text.ts';
import { readResults, readSequences } from '../../src/evaluation/tracking/sequences.ts';
import type { TrackingMeasures } from '../../src/evaluation/tracking/types.ts';
import { dataPath, describeWithData } from '../support/data.ts';

/** A row as TrackEval's table in the test data has it. */
function rowOf(m: TrackingMeasures): string[] {
  const shares = [m.hota, m.detA, m.assA, m.mota, m.motp, m.idf1].map((value) => (100 * value).toFixed(3));
  const counts = [m.idsw, m.fp, m.fn, m.frag, m.mostlyTracked, m.mostlyLost, m.truthBoxes];
  return [...shares, ...counts.map(String)];
}

describeWithData('the figures of TrackEval, every digit', () => {
  const table = new Map(
    readFileSync(dataPath('video', 'reference.tsv'), 'utf8')
      .split('\n')
      .map((line) => line.split('\t'))
      .map(([tracker, sequence, ...row]) => [`${tracker} ${sequence}`, row] as const),
  );

  test.each(['SORT', 'ByteTrack', 'OC-SORT', 'BoT-SORT-nocmc'])('%s on MOT15', async (tracker) => {
    const sums = [];
    for (const sequence of await readSequences(dataPath('video', 'mot15'))) {
      const frames = await readResults(dataPath('video', 'reference-outputs', tracker), sequence);
      sums.push(sumsOf(frames));
      expect(rowOf(evaluateTracks(frames)), sequence.name).toEqual(table.get(`${tracker} ${sequence.name}`));
    }
    expect(sums).toHaveLength(11);
    expect(rowOf(measuresOf(combineSums(sums)))).toEqual(table.get(`${tracker} COMBINED_SEQ`));
  });

  test('the sample of py-motmetrics', async () => {
    const folder = dataPath('video', 'motmetrics');
    const sequences = await readSequences(folder);
    for (const sequence of sequences) {
      const measures = evaluateTracks(await readResults(folder, sequence));
      expect(rowOf(measures)).toEqual(table.get(`motmetrics-test.txt ${sequence.name}`));
    }
    const [campus] = sequences;
    if (!campus) throw new Error('no sequence');
    const { idf1, mota, fp, fn, idsw, frag } = evaluateTracks(await readResults(folder, campus));
    expect([(100 * idf1).toFixed(1), (100 * mota).toFixed(1), fp, fn, idsw, frag]).toEqual([
      '55.8',
      '52.6',
      13,
      150,
      7,
      7,
    ]);
  });
});

test('a track on a distractor is neither right nor wrong where the truth has classes', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'pictor-mot-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const truth = ['1,1,0,0,10,20,1,1,1', '1,2,100,0,10,20,0,8,1', '1,3,200,0,10,20,1,3,1'];
  await writeFile(join(folder, 'gt.txt'), truth.join('\n'));
  const [sequence] = await readSequences(folder);
  if (!sequence) throw new Error('no sequence');
  await writeFile(
    join(folder, `${sequence.name}.txt`),
    '1,5,0,0,10,20,1\n1,6,100,0,10,20,1\n1,7,200,0,10,20,1\n',
  );
  const { tp, fp, fn } = evaluateTracks(await readResults(folder, sequence));
  expect({ tp, fp, fn }).toEqual({ tp: 1, fp: 1, fn: 0 });
});

test('what is no list of boxes is named with its line', () => {
  expect(() => parseMotText('1,1,2,3,4,5,1\n1,x,2', 'gt.txt')).toThrow(/"1,x,2" in line 2 of gt.txt/);
  expect(() => parseMotText('0,1,2,3,4,5', 'gt.txt')).toThrow(/frames from 1/);
});

test('an id twice in a frame is refused', () => {
  const box = { id: 1, x: 0, y: 0, width: 2, height: 2 };
  expect(() => evaluateTracks([{ truth: [], tracks: [box, box] }])).toThrow(/id 1 twice/);
});
