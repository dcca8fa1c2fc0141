import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { type protos, VideoIntelligenceServiceClient } from '@google-cloud/video-intelligence';
import { expect, onTestFinished, test } from 'vitest';
import { describeWithClips, ffmpeg, scratch } from '../../../video/ffmpeg.ts';
import { KEY, rejection, serveApp } from '../support.ts';
import { serviceAccount } from './support.ts';

type V1 = typeof protos.google.cloud.videointelligence.v1;

/** The client as its users call it: names of features, and a promise. */
interface Annotator {
  annotateVideo(request: object): Promise<
    readonly [
      {
        readonly name?: string;
        promise(): Promise<
          readonly [
            InstanceType<V1['AnnotateVideoResponse']>,
            InstanceType<V1['AnnotateVideoProgress']>,
            ...unknown[],
          ]
        >;
      },
      ...unknown[],
    ]
  >;
  checkAnnotateVideoProgress(name: string): Promise<{ readonly done?: boolean }>;
}

function clientFor(port: number, auth: object): Annotator {
  const client = new VideoIntelligenceServiceClient({
    fallback: true,
    protocol: 'http',
    apiEndpoint: '127.0.0.1',
    port,
    projectId: 'local',
    ...auth,
  } as ConstructorParameters<typeof VideoIntelligenceServiceClient>[0]);
  onTestFinished(() => client.close());
  return client as unknown as Annotator;
}

async function openFilms(auth: object = { apiKey: KEY.secret }, keys: object[] = []) {
  const path = scratch();
  await mkdir(path('films'));
  const { port, host } = await serveApp({
    models: ['halves', 'safety'],
    keys: { keys: [KEY, ...keys] as never },
    jobs: { folder: path('jobs'), videoFolders: { films: path('films') } },
  });
  return { client: clientFor(port, auth), path, host };
}

/** Two seconds of green, then two of red. */
async function makeFilm(file: string): Promise<void> {
  const scene = (color: string) => ['-f', 'lavfi', '-i', `color=${color}:size=96x64:rate=10:duration=2`];
  await ffmpeg(...scene('green'), ...scene('red'), '-filter_complex', 'concat=n=2', file);
}

describeWithClips('Video Intelligence by its own client', () => {
  test('labels, objects with their ways, and explicit content of a video in a bucket', {
    timeout: 90_000,
  }, async () => {
    const { client, path } = await openFilms();
    await makeFilm(path('films', 'a.mp4'));
    const [operation] = await client.annotateVideo({
      inputUri: 'gs://films/a.mp4',
      features: ['LABEL_DETECTION', 'OBJECT_TRACKING', 'EXPLICIT_CONTENT_DETECTION'],
      videoContext: { labelDetectionConfig: { labelDetectionMode: 'SHOT_AND_FRAME_MODE' } },
    });
    const [{ annotationResults }, metadata] = await operation.promise();
    expect(metadata.annotationProgress?.[0]?.progressPercent).toBe(100);
    const [result] = annotationResults ?? [];
    expect(result?.inputUri).toBe('/films/a.mp4');
    expect(Number(result?.segment?.endTimeOffset?.seconds)).toBe(4);
    expect(result?.segmentLabelAnnotations?.map(({ entity }) => entity?.description)).toEqual([
      'Person',
      'Dog',
    ]);
    const [person] = result?.shotLabelAnnotations ?? [];
    expect(person?.segments?.[0]?.confidence).toBeCloseTo(0.9, 2);
    expect(person?.entity?.entityId).toMatch(/^\//);
    expect(result?.frameLabelAnnotations?.[0]?.frames?.length).toBeGreaterThan(3);
    const objects = result?.objectAnnotations ?? [];
    expect(objects.map(({ entity }) => entity?.description)).toEqual(['Person', 'Dog']);
    expect(objects[0]?.frames?.length).toBeGreaterThan(10);
    expect(objects[0]?.frames?.[1]?.normalizedBoundingBox).toMatchObject({ left: 0, bottom: 1 });
    const frames = result?.explicitAnnotation?.frames ?? [];
    const secondsOf = (frame: (typeof frames)[number]) => Number(frame.timeOffset?.seconds);
    const likely = frames.filter(({ pornographyLikelihood }) =>
      ['LIKELY', 'VERY_LIKELY', 4, 5].includes(pornographyLikelihood as string | number),
    );
    expect(likely.length).toBeGreaterThan(0);
    expect(Math.min(...likely.map(secondsOf))).toBe(2);
    // Another client finds the operation by its name.
    const found = await client.checkAnnotateVideoProgress(operation.name ?? '');
    expect(found.done).toBe(true);
  });

  test('a video in the request, a service account, and operations that fail or end', {
    timeout: 90_000,
  }, async () => {
    const { key, credentials } = serviceAccount();
    const { client, path } = await openFilms({ credentials }, [key]);
    await makeFilm(path('b.mp4'));
    const inputContent = await readFile(path('b.mp4'));
    const [operation] = await client.annotateVideo({
      inputContent,
      features: ['EXPLICIT_CONTENT_DETECTION'],
    });
    const [{ annotationResults }] = await operation.promise();
    expect(annotationResults?.[0]?.explicitAnnotation?.frames?.length).toBeGreaterThan(3);

    await writeFile(path('films', 'notes.mp4'), 'no video');
    const broken = await client.annotateVideo({
      inputUri: 'gs://films/notes.mp4',
      features: ['LABEL_DETECTION'],
    });
    expect(await rejection(broken[0].promise())).toMatchObject({
      code: 3,
      message: expect.stringMatching(/cannot be decoded/),
    });
    const refused = (request: object) => rejection(client.annotateVideo(request));
    const uri = { inputUri: 'gs://films/none.mp4' };
    expect(await refused({ ...uri, features: ['LABEL_DETECTION'] })).toMatchObject({ code: 400 });
    expect(await refused({ ...uri, features: ['FACE_DETECTION'] })).toMatchObject({ code: 501 });
    expect(await refused({ ...uri, features: ['LABEL_DETECTION'], outputUri: 'gs://x/y' })).toMatchObject({
      code: 501,
    });
    expect(await refused({ features: ['LABEL_DETECTION'] })).toMatchObject({ code: 400 });
  });
});

test('an operation that does not exist, and one of a server without jobs', async () => {
  const { port, send } = await serveApp();
  expect(
    await rejection(
      clientFor(port, { apiKey: KEY.secret }).annotateVideo({
        inputUri: 'gs://films/a.mp4',
        features: ['LABEL_DETECTION'],
      }),
    ),
  ).toMatchObject({ code: 501 });
  const name = 'projects/pictor/locations/local/operations/0123';
  const answer = await send(`/v1/${name}`, { headers: { 'x-goog-api-key': KEY.secret } });
  expect(answer.status).toBe(501);
});
