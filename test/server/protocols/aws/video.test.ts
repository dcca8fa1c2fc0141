import { mkdir, symlink, writeFile } from 'node:fs/promises';
import {
  GetContentModerationCommand,
  GetLabelDetectionCommand,
  type GetLabelDetectionCommandInput,
  type RekognitionClient,
  StartContentModerationCommand,
  StartLabelDetectionCommand,
} from '@aws-sdk/client-rekognition';
import { expect, test, vi } from 'vitest';
import { describeWithClips, ffmpeg, scratch } from '../../../video/ffmpeg.ts';
import { rejection, serveApp } from '../support.ts';
import { rekognition } from './support.ts';

/** A server with the bucket `films`, and the vendor's client. */
async function openFilms(models: readonly string[] = ['halves', 'safety']) {
  const path = scratch();
  await mkdir(path('films'));
  const { host } = await serveApp({
    models,
    jobs: { folder: path('jobs'), videoFolders: { films: path('films') } },
  });
  return { client: rekognition(host), path };
}

const film = (Name: string) => ({ S3Object: { Bucket: 'films', Name } });

async function labelsWhenDone(
  client: RekognitionClient,
  JobId: string | undefined,
  options: Partial<GetLabelDetectionCommandInput> = {},
) {
  return vi.waitFor(
    async () => {
      const answer = await client.send(new GetLabelDetectionCommand({ JobId, ...options }));
      expect(answer.JobStatus).not.toBe('IN_PROGRESS');
      return answer;
    },
    { timeout: 60_000, interval: 100 },
  );
}

describeWithClips('Rekognition Video by its own client', () => {
  test('labels at a time with boxes, page by page, by name, and as segments', {
    timeout: 90_000,
  }, async () => {
    const { client, path } = await openFilms();
    const source = ['-f', 'lavfi', '-i', 'testsrc=size=192x108:rate=10:duration=3'];
    await ffmpeg(...source, '-pix_fmt', 'yuv420p', path('films', 'a film.mov'));
    const started = await client.send(
      new StartLabelDetectionCommand({ Video: film('a film.mov'), MinConfidence: 50, JobTag: 'holiday' }),
    );
    const whole = await labelsWhenDone(client, started.JobId);
    expect(whole).toMatchObject({
      JobStatus: 'SUCCEEDED',
      JobTag: 'holiday',
      LabelModelVersion: 'halves',
      VideoMetadata: {
        Codec: 'h264',
        DurationMillis: 3000,
        FrameRate: 10,
        FrameWidth: 192,
        FrameHeight: 108,
      },
      Video: film('a film.mov'),
      GetRequestMetadata: { SortBy: 'TIMESTAMP', AggregateBy: 'TIMESTAMPS' },
    });
    const labels = whole.Labels ?? [];
    const times = [...new Set(labels.map(({ Timestamp }) => Timestamp ?? -1))];
    expect(times[0]).toBe(0);
    expect(times).toEqual(times.toSorted((a, b) => a - b));
    expect(times.length).toBeGreaterThan(3);
    expect(labels.slice(0, 4).map(({ Label }) => Label?.Name)).toEqual(['Person', 'Dog', 'Mammal', 'Animal']);
    expect(labels[0]?.Label?.Instances?.[0]?.BoundingBox).toEqual({ Left: 0, Top: 0, Width: 0.5, Height: 1 });
    expect(labels[1]?.Label?.Parents?.map(({ Name }) => Name)).toEqual(['Mammal', 'Animal']);

    for (const SortBy of ['TIMESTAMP', 'NAME'] as const) {
      const paged = [];
      let NextToken: string | undefined;
      do {
        const page = await labelsWhenDone(client, started.JobId, { MaxResults: 5, NextToken, SortBy });
        expect(page.Labels?.length).toBeLessThanOrEqual(5);
        paged.push(...(page.Labels ?? []));
        NextToken = page.NextToken;
      } while (NextToken);
      const all = (await labelsWhenDone(client, started.JobId, { SortBy })).Labels;
      expect(paged).toEqual(all);
      expect(paged).toHaveLength(labels.length);
      const names = paged.map(({ Label }) => Label?.Name ?? '');
      if (SortBy === 'NAME') expect(names).toEqual(names.toSorted());
    }

    const joined = await labelsWhenDone(client, started.JobId, { AggregateBy: 'SEGMENTS', SortBy: 'NAME' });
    expect(joined.Labels?.map(({ Label }) => Label?.Name)).toEqual(['Animal', 'Dog', 'Mammal', 'Person']);
    expect(joined.Labels?.[0]).toMatchObject({
      StartTimestampMillis: 0,
      EndTimestampMillis: times.at(-1),
      DurationMillis: times.at(-1),
      Label: { Instances: [] },
    });
    const bad = rejection(
      client.send(new GetLabelDetectionCommand({ JobId: started.JobId, NextToken: 'nonsense' })),
    );
    expect(await bad).toMatchObject({ name: 'InvalidPaginationTokenException' });
  });

  test('moderation: the seconds that are unsafe', { timeout: 90_000 }, async () => {
    const { client, path } = await openFilms();
    const scene = (color: string) => ['-f', 'lavfi', '-i', `color=${color}:size=96x64:rate=10:duration=2`];
    await ffmpeg(...scene('green'), ...scene('red'), '-filter_complex', 'concat=n=2', path('films', 'a.mp4'));
    const { JobId } = await client.send(new StartContentModerationCommand({ Video: film('a.mp4') }));
    const get = (AggregateBy?: 'SEGMENTS') =>
      vi.waitFor(
        async () => {
          const answer = await client.send(new GetContentModerationCommand({ JobId, AggregateBy }));
          expect(answer.JobStatus).toBe('SUCCEEDED');
          return answer;
        },
        { timeout: 60_000, interval: 100 },
      );
    const { ModerationLabels, VideoMetadata, ModerationModelVersion } = await get();
    expect(ModerationModelVersion).toBe('safety');
    expect(VideoMetadata).toMatchObject({ DurationMillis: 4000, Format: 'QuickTime / MOV', FrameRate: 10 });
    expect(ModerationLabels?.length).toBeGreaterThan(2);
    for (const { Timestamp, ModerationLabel } of ModerationLabels ?? []) {
      expect(Timestamp).toBeGreaterThanOrEqual(2000);
      expect(ModerationLabel).toMatchObject({ Name: 'Explicit', ParentName: '', TaxonomyLevel: 1 });
      expect(ModerationLabel?.Confidence).toBeGreaterThan(50);
    }
    const segments = (await get('SEGMENTS')).ModerationLabels;
    expect(segments).toHaveLength(1);
    expect(segments?.[0]).toMatchObject({ StartTimestampMillis: 2000 });
  });

  test('a token makes two requests one; another request with it is refused', {
    timeout: 60_000,
  }, async () => {
    const { client, path } = await openFilms();
    await ffmpeg('-f', 'lavfi', '-i', 'color=red:size=96x64:duration=1', path('films', 'a.mp4'));
    const start = (MinConfidence: number) =>
      client.send(
        new StartLabelDetectionCommand({ Video: film('a.mp4'), ClientRequestToken: 'once', MinConfidence }),
      );
    const [first, second] = [await start(60), await start(60)];
    expect(second.JobId).toBe(first.JobId);
    expect(await rejection(start(70))).toMatchObject({ name: 'IdempotentParameterMismatchException' });
    // Of another operation, like one that does not exist.
    const other = client.send(new GetContentModerationCommand({ JobId: first.JobId }));
    expect(await rejection(other)).toMatchObject({ name: 'ResourceNotFoundException' });
  });

  test('what cannot be read fails with a sentence; files outside the bucket do not exist', {
    timeout: 60_000,
  }, async () => {
    const { client, path } = await openFilms();
    await writeFile(path('films', 'notes.mp4'), 'no video');
    await writeFile(path('secret.mp4'), 'secret');
    await symlink(path('secret.mp4'), path('films', 'link.mp4'));
    const { JobId } = await client.send(new StartLabelDetectionCommand({ Video: film('notes.mp4') }));
    const failed = await labelsWhenDone(client, JobId);
    expect(failed).toMatchObject({ JobStatus: 'FAILED', Labels: [] });
    expect(failed.StatusMessage).toMatch(/cannot be decoded/);
    for (const name of ['../secret.mp4', 'link.mp4', 'none.mp4', '/etc/passwd', '.', 'a\0b']) {
      const error = await rejection(client.send(new StartLabelDetectionCommand({ Video: film(name) })));
      expect(error, name).toMatchObject({ name: 'InvalidS3ObjectException' });
    }
    const elsewhere = { S3Object: { Bucket: 'other', Name: 'a.mp4' } };
    const refused = client.send(new StartLabelDetectionCommand({ Video: elsewhere }));
    expect(await rejection(refused)).toMatchObject({ name: 'InvalidS3ObjectException' });
    const published = new StartLabelDetectionCommand({
      Video: film('notes.mp4'),
      NotificationChannel: { SNSTopicArn: 'arn:aws:sns:x:1:t', RoleArn: 'arn:aws:iam::1:role/r' },
    });
    expect(await rejection(client.send(published))).toMatchObject({ name: 'InvalidParameterException' });
  });
});

test('without jobs there is nothing to start', async () => {
  const { host } = await serveApp();
  const start = rekognition(host).send(new StartLabelDetectionCommand({ Video: film('a.mp4') }));
  expect(await rejection(start)).toMatchObject({ name: 'InvalidParameterException' });
});
