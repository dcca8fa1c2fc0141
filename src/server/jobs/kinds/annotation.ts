/**
 * A video that another service's client asks about, as a job: what is in its frames, a file of JSON lines for each kind
 * of finding. The protocols read them in their own shapes.
 *
 * @module
 */
import { type FileHandle, open } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod';
import type { FrameSource } from '../../../video/types.ts';
import type { Recognizers } from '../../models/types.ts';
import type { JobContext, JobKind, Json } from '../types.ts';
import { asJson, Progress } from '../video/progress.ts';

/** What is looked for. */
export const ANNOTATION_FEATURES = ['tag', 'moderate', 'detect'] as const;
export type AnnotationFeature = (typeof ANNOTATION_FEATURES)[number];

/** Name of an uploaded video in the job's input folder. */
export const ANNOTATED_VIDEO = 'video';
export const ANNOTATION_KIND = 'annotation';

/** Seconds between two looks at an undisturbed scene, for labels and moderation. */
export const LOOK_INTERVAL = 0.5;
/** Frames a second that objects are followed at. */
const FOLLOW_FPS = 5;

/** What is fixed when the job is made. */
export const annotationInput = z.object({
  /** Which protocol asked, and for which of its operations. */
  protocol: z.string(),
  operation: z.string(),
  features: z.array(z.enum(ANNOTATION_FEATURES)),
  /** Of a video that lies where the operator permitted it; absent for an upload. */
  path: z.string().exactOptional(),
  /** Makes two requests one. */
  token: z.string().exactOptional(),
  minScore: z.number(),
  /** What the protocol needs to write the answer. */
  asked: z.json(),
});

/** What such a job ends with. */
export const annotationResult = z.object({
  source: z.object({
    width: z.number(),
    height: z.number(),
    duration: z.number().exactOptional(),
    frameRate: z.number().exactOptional(),
    codec: z.string().exactOptional(),
  }),
  /** Why less was read than there should be. */
  incomplete: z.string().exactOptional(),
  /** Seconds that were read. */
  seconds: z.number(),
  /** Id of the model for each feature. */
  models: z.record(z.string(), z.string()),
});

/** Name of the file with the findings of a feature. */
export function findingsFile(feature: AnnotationFeature): string {
  return `${feature}.jsonl`;
}

/** The kind of job behind other services' video operations. */
export function annotationKind(recognizers: Pick<Recognizers, 'get'>): JobKind {
  return {
    name: ANNOTATION_KIND,
    async run(input, context) {
      const {
        features,
        path = join(context.inputFolder, ANNOTATED_VIDEO),
        minScore,
      } = annotationInput.parse(input);
      const { openVideo } = await import('../../../video/open-video.ts');
      const models: Record<string, string> = {};
      let end: { source: object; incomplete?: string; seconds: number } | undefined;
      for (const [done, feature] of features.entries()) {
        await using source = await openVideo(path, {
          signal: context.signal,
          ...(feature === 'detect' && { fps: FOLLOW_FPS }),
        });
        await using lines = await open(context.file(findingsFile(feature), 'application/x-ndjson'), 'w');
        const progress = new Progress(source.info);
        const report = (time: number) => {
          const { fraction, ...rest } = progress.at(time, {});
          context.report({
            ...rest,
            ...(fraction !== undefined && { fraction: (done + fraction) / features.length }),
          });
        };
        const look = { source, lines, report, minScore, signal: context.signal };
        const found = await FINDERS[feature](look, recognizers);
        models[feature] = found.model;
        const { incomplete } = source.state;
        end = {
          source: source.info,
          seconds: found.seconds,
          ...(incomplete !== undefined && { incomplete }),
        };
      }
      return asJson({ ...end, models });
    },
  };
}

interface Look {
  readonly source: FrameSource;
  readonly lines: FileHandle;
  readonly report: (time: number) => void;
  readonly minScore: number;
  readonly signal: JobContext['signal'];
}

type Finder = (
  look: Look,
  recognizers: Pick<Recognizers, 'get'>,
) => Promise<{ readonly model: string; readonly seconds: number }>;

const FINDERS: Readonly<Record<AnnotationFeature, Finder>> = {
  async tag({ source, lines, report, minScore, signal }, recognizers) {
    const { watch } = await import('../../../video/watch.ts');
    const recognizer = await recognizers.get('tag');
    const run = watch(source, {
      task: 'tag',
      recognizer,
      interval: LOOK_INTERVAL,
      minScore,
      topK: 1000,
      signal,
    });
    for await (const { frame, time, picture, tags = [] } of run) {
      const { width, height } = picture;
      await writeLine(lines, { frame, time, width, height, tags });
      report(time);
    }
    return { model: recognizer.model.id, seconds: run.summary.seconds };
  },

  async moderate({ source, lines, report, signal }, recognizers) {
    const { watch } = await import('../../../video/watch.ts');
    const recognizer = await recognizers.get('moderate');
    const run = watch(source, { task: 'moderate', recognizer, interval: LOOK_INTERVAL, minScore: 0, signal });
    for await (const { frame, time, labels } of run) {
      await writeLine(lines, { frame, time, labels });
      report(time);
    }
    return { model: recognizer.model.id, seconds: run.summary.seconds };
  },

  async detect({ source, lines, report, minScore, signal }, recognizers) {
    const { track } = await import('../../../video/track.ts');
    const { frameLine } = await import('../../../video/output/jsonl.ts');
    const detector = await recognizers.get('detect');
    const run = track(source, { detector, minScore, signal });
    for await (const frame of run) {
      await lines.write(`${frameLine(frame)}\n`);
      report(frame.time);
    }
    return { model: detector.model.id, seconds: run.summary.seconds };
  },
};

async function writeLine(lines: FileHandle, what: object): Promise<void> {
  await lines.write(`${JSON.stringify(what)}\n`);
}

/** A job's input, where it is one of this kind. */
export function readAnnotationInput(input: Json): z.output<typeof annotationInput> | undefined {
  return annotationInput.safeParse(input).data;
}
