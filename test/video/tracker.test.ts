import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseMotText } from '../../src/evaluation/tracking/mot-text.ts';
import { readSequences } from '../../src/evaluation/tracking/sequences.ts';
import { createTracker } from '../../src/video/tracker/create-tracker.ts';
import { evaluateTracker } from '../../src/video/tracker/evaluate-tracker.ts';
import type { TrackerPreset } from '../../src/video/tracker/types.ts';
import { dataPath, describeWithData } from '../support/data.ts';

const at = (x: number, y = 0) => ({ x, y, width: 40, height: 80 });

describeWithData('on MOTChallenge', () => {
  test('sort writes the boxes of the original, ids renamed', async () => {
    for (const { name, detections = [], frameRate } of await readSequences(dataPath('video', 'mot15'))) {
      const tracker = createTracker({ preset: 'sort' });
      const ours = detections.map((rows, i) =>
        tracker.update(
          rows.map((row) => ({ box: row, score: Math.min(row.confidence, 1) })),
          i / frameRate,
        ),
      );
      const path = dataPath('video', 'reference-outputs', 'SORT', `${name}.txt`);
      const theirs = parseMotText(readFileSync(path, 'utf8'), path);
      expect(ours.flat(), name).toHaveLength(theirs.length);
      const renamed = new Map<number, number>();
      for (const row of theirs) {
        const near = (ours[row.frame - 1] ?? []).find(
          ({ id, box }) =>
            [box.x - row.x, box.y - row.y, box.width - row.width, box.height - row.height].every(
              (difference) => Math.abs(difference) < 0.011,
            ) && (renamed.get(id) ?? row.id) === row.id,
        );
        expect(near, `${name}: ${JSON.stringify(row)}`).toBeDefined();
        if (near) renamed.set(near.id, row.id);
      }
      expect(new Set(renamed.values()).size).toBe(renamed.size);
    }
  });

  test('sort has the counts of the README of the original', async () => {
    const six = ['TUD-Campus', 'ETH-Sunnyday', 'ETH-Pedcross2', 'ADL-Rundle-8', 'Venice-2', 'KITTI-17'];
    const all = await readSequences(dataPath('video', 'mot15'));
    const sequences = all.filter(({ name }) => six.includes(name));
    const { fp, fn, idsw, frag } = evaluateTracker(sequences, { preset: 'sort' }).combined;
    expect({ fp, fn, idsw, frag }).toEqual({ fp: 3311, fn: 11660, idsw: 274, frag: 499 });
  });

  test.each([
    ['sort', 36.441, 45.892],
    ['bytetrack', 37.326, 48.459],
    ['ocsort', 36.079, 48.106],
  ] as const)('%s is as good as the original', async (preset, hota, idf1) => {
    const sequences = await readSequences(dataPath('video', 'mot15'));
    const { combined } = evaluateTracker(sequences, { preset });
    expect(Math.abs(100 * combined.hota - hota)).toBeLessThan(0.02);
    expect(Math.abs(100 * combined.idf1 - idf1)).toBeLessThan(0.02);
  });

  test.each([
    ['mot15', 1, 37.9, 49.6],
    ['mot15', 2, 38.4, 50.5],
    ['mot15', 3, 37.5, 48.7],
    ['mot15', 5, 36.7, 47.7],
    ['mot17-04-dpm', 3, 36, 47],
  ] as const)('default on %s, every %ith frame', async (folder, every, hota, idf1) => {
    const sequences = await readSequences(dataPath('video', folder), { every });
    const { combined } = evaluateTracker(sequences, { every });
    expect(100 * combined.hota).toBeGreaterThanOrEqual(hota);
    expect(100 * combined.idf1).toBeGreaterThanOrEqual(idf1);
  });
});

const presets: readonly TrackerPreset[] = ['default', 'sort', 'bytetrack', 'ocsort'];

test.each(presets)(
  '%s: whatever comes, ids are dense, never given twice, and boxes are the caller’s',
  (preset) => {
    const detection = fc.record({
      box: fc.record({
        x: fc.double({ min: -100, max: 500, noNaN: true }),
        y: fc.double({ min: -100, max: 500, noNaN: true }),
        width: fc.double({ min: 0.01, max: 300, noNaN: true }),
        height: fc.double({ min: 0.01, max: 300, noNaN: true }),
      }),
      score: fc.double({ min: 0, max: 1, noNaN: true }),
    });
    const frames = fc.array(
      fc.record({
        detections: fc.array(detection, { maxLength: 6 }),
        gap: fc.double({ min: 0, max: 3, noNaN: true }),
      }),
      { maxLength: 25 },
    );
    fc.assert(
      fc.property(frames, (all) => {
        const tracker = createTracker({ preset });
        const seen = new Set<number>();
        let time = 5;
        for (const { detections, gap } of all) {
          time += gap;
          const tracks = tracker.update(detections, time);
          expect(new Set(tracks.map(({ id }) => id)).size).toBe(tracks.length);
          for (const { id, box, detection } of tracks) {
            seen.add(id);
            expect(detections).toContain(detection);
            expect(Object.values(box).every(Number.isFinite)).toBe(true);
          }
        }
        expect([...seen].sort((a, b) => a - b)).toEqual(
          Array.from({ length: tracker.count }, (_, i) => i + 1),
        );
      }),
    );
  },
);

test('an object that is away for a second keeps its id; after five it has another', () => {
  const tracker = createTracker();
  const see = (time: number) => tracker.update([{ box: at(10), score: 0.9 }], time).map(({ id }) => id);
  expect([0, 0.1, 0.2].map(see)).toEqual([[1], [1], [1]]);
  tracker.update([], 0.3);
  expect(see(1.2)).toEqual([1]);
  tracker.update([], 1.3);
  tracker.update([], 6);
  expect(see(6.1)).toEqual([]);
  expect(see(6.2)).toEqual([2]);
});

test('a box of one frame gets no id', () => {
  const tracker = createTracker();
  tracker.update([], 0);
  for (let i = 1; i < 50; i += 1) tracker.update([{ box: at(i * 300), score: 0.9 }], i / 10);
  expect(tracker.count).toBe(0);
});

test('the class is voted for, and a box of another class continues the track', () => {
  const tracker = createTracker({ highScore: 0.3 });
  const labels = ['parking meter', 'car', 'car', 'cell phone', 'car'];
  const tracks = labels.map((label, i) => tracker.update([{ box: at(i * 3), score: 0.5, label }], i / 10));
  expect(tracks.map(([track]) => track?.id)).toEqual([1, 1, 1, 1, 1]);
  expect(tracks.at(-1)?.[0]?.label).toBe('car');
});

test('a stream that never ends leaves no more behind than what is in view', () => {
  const tracker = createTracker();
  for (let i = 0; i < 3000; i += 1) {
    const age = i % 20;
    tracker.update([{ box: at(age * 6 + Math.floor(i / 20) * 7919), score: 0.9 }], i / 10);
    expect(tracker.size).toBeLessThan(6);
  }
  expect(tracker.count).toBe(150);
});

test('two trackers know nothing of each other, and reset goes on with new ids', () => {
  const [a, b] = [createTracker(), createTracker()];
  for (const tracker of [a, b]) {
    expect(tracker.update([{ box: at(0), score: 0.9 }], 0).map(({ id }) => id)).toEqual([1]);
  }
  a.reset();
  a.update([{ box: at(0), score: 0.9 }], 0.1);
  expect(a.update([{ box: at(0), score: 0.9 }], 0.2).map(({ id }) => id)).toEqual([2]);
});

test.each([
  [[{ box: at(0), score: 2 }], 0, /a score from 0 to 1/],
  [[{ box: { x: 0, y: 0, width: 0, height: 5 }, score: 0.5 }], 0, /width and height above 0/],
  [[], Number.NaN, /a time in seconds/],
])('what cannot be tracked is refused', (detections, time, message) => {
  expect(() => createTracker().update(detections, time)).toThrow(message);
});

test('time does not go back', () => {
  const tracker = createTracker();
  tracker.update([], 2);
  expect(() => tracker.update([], 1)).toThrow(/a time in seconds of at least 2/);
});
