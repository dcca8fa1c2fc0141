import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { parseMotText } from '../../src/evaluation/tracking/mot-text.ts';
import { openResultWriter, RESULT_ENDINGS } from '../../src/video/output/open-result-writer.ts';
import type { AnalyzedFrame, VideoRun } from '../../src/video/track.ts';
import type { SourceInfo, VideoSummary } from '../../src/video/types.ts';
import { scratch } from './ffmpeg.ts';

const source: SourceInfo = {
  name: 'a <b> & c.mp4',
  live: false,
  width: 64,
  height: 48,
  frames: 4,
  duration: 0.4,
  audio: false,
  rotation: 0,
};

function frame(index: number, ...ids: number[]): AnalyzedFrame {
  const objects = ids.map((id) => ({
    id,
    label: id === 2 ? '=evil"-->&<' : 'car',
    score: 0.5,
    box: { x: id, y: 2, width: 10, height: 8 },
  }));
  const picture = {
    index,
    time: index / 10,
    pts: index / 10,
    width: 64,
    height: 48,
    data: new Uint8Array(64 * 48 * 3),
  };
  return {
    frame: index,
    time: index / 10,
    width: 64,
    height: 48,
    objects,
    events: [],
    detected: true,
    picture,
  };
}

const summary: VideoSummary = {
  source,
  state: { decoded: 4, delivered: 4, dropped: 0, reconnects: 0 },
  frames: 4,
  seconds: 0.3,
  unique: { car: 1 },
  average: { car: 1 },
  lines: [],
  zones: [],
};
const run: Pick<VideoRun, 'summary' | 'heatMap' | 'tracks'> = {
  summary,
  heatMap: { columns: 2, rows: 1, seconds: [0, 1] },
  tracks: [{ id: 1, label: 'car', firstSeen: 0, lastSeen: 0.3, hits: 3, speed: 0 }],
};

async function written(ending: string): Promise<string> {
  const path = scratch();
  await using writer = await openResultWriter(path(`out${ending}`), source);
  for (const one of [frame(0, 1), frame(1, 1, 2), frame(2), frame(3, 1)]) await writer.write(one);
  await writer.finish(run);
  expect(readdirSync(path())).toEqual([`out${ending}`]);
  return readFileSync(path(`out${ending}`), 'utf8');
}

test('MOTChallenge text is what the evaluation reads', async () => {
  const rows = parseMotText(await written('.txt'), 'out.txt');
  expect(rows.map(({ frame: number, id }) => [number, id])).toEqual([
    [1, 1],
    [2, 1],
    [2, 2],
    [4, 1],
  ]);
  expect(rows[0]).toMatchObject({ x: 1, y: 2, width: 10, height: 8, confidence: 0.5 });
});

test('COCO-VID: every reference leads somewhere', async () => {
  const coco = JSON.parse(await written('.json'));
  expect(coco.images.map(({ frame_id }: { frame_id: number }) => frame_id)).toEqual([0, 1, 2, 3]);
  const images = new Set(coco.images.map(({ id }: { id: number }) => id));
  const categories = new Set(coco.categories.map(({ id }: { id: number }) => id));
  const tracks = new Set(coco.tracks.map(({ id }: { id: number }) => id));
  expect(coco.annotations).toHaveLength(4);
  for (const annotation of coco.annotations) {
    expect(images).toContain(annotation.image_id);
    expect(categories).toContain(annotation.category_id);
    expect(tracks).toContain(annotation.track_id);
  }
});

test('CVAT: a track ends where it is out of sight, and begins again', async () => {
  const xml = await written('.xml');
  const tracks = xml.match(/<track [\s\S]*?<\/track>/g) ?? [];
  expect(tracks).toHaveLength(2);
  const boxes = [...(tracks[0] ?? '').matchAll(/frame="(\d+)".*outside="(\d)"/g)].map(
    ([, at, outside]) => `${at}:${outside}`,
  );
  expect(boxes).toEqual(['0:0', '1:0', '2:1', '3:0']);
  expect(xml).toContain('&lt;b&gt; &amp; c.mp4');
  expect(xml).not.toMatch(/label="[^"]*[<>]/);
});

test('WebVTT: a cue for each frame, up to the next, each with JSON and without an arrow', async () => {
  const cues = (await written('.vtt')).split('\n\n').slice(1).filter(Boolean);
  expect(cues.map((cue) => cue.split('\n')[0])).toEqual([
    '00:00:00.000 --> 00:00:00.100',
    '00:00:00.100 --> 00:00:00.200',
    '00:00:00.200 --> 00:00:00.300',
    '00:00:00.300 --> 00:00:00.400',
  ]);
  for (const cue of cues) {
    const [, text = ''] = cue.split('\n');
    expect(text).not.toContain('-->');
    expect(JSON.parse(text)).toHaveProperty('objects');
  }
});

test('CSV: a row for each box; a label is no formula', async () => {
  const rows = (await written('.csv')).trim().split('\r\n');
  expect(rows[0]).toBe('frame,time,id,label,score,x,y,width,height,speed');
  expect(rows).toHaveLength(5);
  expect(rows[3]).toContain(`"'=evil""-->&<"`);
});

test('JSONL and the report', async () => {
  const lines = (await written('.jsonl'))
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
  expect(lines.map(({ objects }) => objects.length)).toEqual([1, 2, 0, 1]);
  const html = await written('.html');
  expect(html).toContain('a &lt;b&gt; &amp; c.mp4');
  expect(html).toContain('data:image/jpeg;base64,');
  expect(html).not.toContain('<script');
});

test('another ending is refused, and a writer that is left leaves nothing', async () => {
  const path = scratch();
  await expect(openResultWriter(path('a.doc'), source)).rejects.toMatchObject({ code: 'OPTION_INVALID' });
  for (const ending of RESULT_ENDINGS) {
    await using writer = await openResultWriter(path(`a${ending}`), source);
    await writer.write(frame(0, 1));
  }
  expect(readdirSync(path())).toEqual([]);
  await using nowhere = await openResultWriter(path('no', 'a.csv'), source);
  await expect(nowhere.write(frame(0, 1))).rejects.toMatchObject({ code: 'FILE_WRITE_FAILED' });
});
