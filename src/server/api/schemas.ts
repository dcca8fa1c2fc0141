/**
 * The zod schemas of the native API: what is validated is what `/openapi.json` says.
 *
 * @module
 */
import * as z from 'zod';
import { TASK_NAMES } from '../../tasks/registry.ts';

const fraction = z.number().min(0).max(1);
const words = z.array(z.string().min(1).max(200)).max(1000);

/** Every option of the native routes, by name. `describe` says what a value must be: error messages quote it. */
const option = {
  top: z.int().min(1).max(1000).describe('a whole number from 1 to 1000'),
  minScore: fraction.describe('a number from 0 to 1'),
  maxDetections: z.int().min(1).max(1000).describe('a whole number from 1 to 1000'),
  iouThreshold: fraction.describe('a number from 0 to 1'),
  include: words.describe('labels or categories, English or Chinese; several separated by commas'),
  exclude: words.describe('labels or categories, English or Chinese; several separated by commas'),
  lang: z.enum(['en', 'zh']).describe('`en` or `zh`'),
  model: z.string().min(1).max(200).describe('the id of a served model'),
  normalize: z.boolean().describe('`true` or `false`'),
  frames: z.int().min(1).max(256).describe('a whole number from 1 to 256: frames of an animation to read'),
} as const;

export const imageOptions = z.object({ top: option.top.optional(), model: option.model.optional() });

export const classifyOptions = z.object({
  top: option.top.optional(),
  minScore: option.minScore.optional(),
  model: option.model.optional(),
  frames: option.frames.optional(),
  lang: option.lang.optional(),
});

export const detectOptions = z.object({
  minScore: option.minScore.optional(),
  maxDetections: option.maxDetections.optional(),
  iouThreshold: option.iouThreshold.optional(),
  include: option.include.optional(),
  exclude: option.exclude.optional(),
  model: option.model.optional(),
  frames: option.frames.optional(),
  lang: option.lang.optional(),
});

export const tagOptions = z.object({
  top: option.top.optional(),
  minScore: option.minScore.optional(),
  include: option.include.optional(),
  exclude: option.exclude.optional(),
  model: option.model.optional(),
  frames: option.frames.optional(),
  lang: option.lang.optional(),
});

export const moderateOptions = z.object({
  model: option.model.optional(),
  frames: option.frames.optional(),
});

export const embedOptions = z.object({
  normalize: option.normalize.optional(),
  model: option.model.optional(),
});

/** The JSON body of every route that takes a picture; options may stand beside it. */
export const pictureBody = z.object({
  picture: z.string().optional().describe('The picture as base64, with or without a `data:` prefix'),
  url: z.string().optional().describe('Address of the picture; only where the server allows it'),
});

const timings = z
  .object({
    queue: z.number().describe('Milliseconds'),
    decode: z.number().describe('Milliseconds'),
    inference: z.number().describe('Milliseconds'),
  })
  .meta({ id: 'Timings' });

const picture = z
  .object({
    format: z.enum(['jpeg', 'png', 'webp', 'gif', 'tiff', 'avif', 'bmp']),
    width: z.int().describe('Pixels, after EXIF rotation'),
    height: z.int().describe('Pixels, after EXIF rotation'),
    bytes: z.int(),
    frames: z
      .object({ count: z.int(), read: z.int().describe('Frames that were looked at') })
      .optional()
      .describe('Of pictures that move'),
  })
  .meta({ id: 'Picture' });

const box = z
  .object({ x: z.number(), y: z.number(), width: z.number(), height: z.number() })
  .meta({ id: 'Box', description: 'Pixels of the upright original picture' });

const prediction = z
  .object({
    name: z.string().describe('The label in the language asked for'),
    label: z.string(),
    zh: z.string().optional(),
    synset: z.string().optional(),
    index: z.int(),
    score: fraction,
  })
  .meta({ id: 'Prediction' });

const bilingual = z.object({ en: z.string(), zh: z.string() });
const answer = { model: z.string(), picture, timings };

export const predictionAnswer = z
  .object({ prediction: z.record(z.string(), z.number()).describe('Names to percentages, best first') })
  .meta({
    id: 'PredictionAnswer',
    description: 'Names to percentages, best first',
    example: { prediction: { cheetah: 83.1, Irish_terrier: 2.3 } },
  });

const familiarity = {
  unknown: z
    .boolean()
    .optional()
    .describe('True for a picture like none that the model was trained on; only of models that can tell'),
  nearest: prediction
    .omit({ score: true, synset: true })
    .optional()
    .describe('Class of the most similar picture that the model was trained on'),
  distance: z.number().optional().describe('How far away that is; 0 for the same picture'),
};

export const classifyAnswer = z
  .object({ ...answer, predictions: z.array(prediction), ...familiarity })
  .meta({ id: 'ClassifyAnswer' });

export const detectAnswer = z
  .object({
    ...answer,
    detections: z.array(
      prediction.extend({
        box,
        frame: z.int().optional().describe('Frame of an animation where it was found, 0-based'),
      }),
    ),
  })
  .meta({ id: 'DetectAnswer' });

export const tagAnswer = z
  .object({
    ...answer,
    tags: z.array(
      z.object({
        id: z.string(),
        name: z.string(),
        label: z.string(),
        zh: z.string().optional(),
        score: fraction,
        category: bilingual,
        parents: z.array(bilingual),
        instances: z.array(z.object({ score: fraction, box })),
      }),
    ),
    ...familiarity,
  })
  .meta({ id: 'TagAnswer' });

export const moderateAnswer = z
  .object({
    ...answer,
    verdict: z
      .enum(['pass', 'review', 'block'])
      .describe('Of an animation the worst of the frames read; never `pass` where frames stayed unread'),
    frame: z.int().optional().describe('Frame of an animation that the scores belong to, 0-based'),
    scores: z.record(z.string(), fraction),
  })
  .meta({ id: 'ModerateAnswer' });

export const embedAnswer = z.object({ ...answer, vector: z.array(z.number()) }).meta({ id: 'EmbedAnswer' });

export const modelsAnswer = z
  .object({
    models: z.array(
      z.object({
        id: z.string(),
        task: z.string().optional(),
        version: z.int().optional().describe('Of models that were trained here'),
        title: z.string().optional(),
        state: z.enum(['absent', 'loading', 'warming', 'ready', 'changed', 'failed']),
        defaultFor: z.array(z.enum(TASK_NAMES)),
        licence: z.string().optional(),
        caution: z.string().optional(),
        bytes: z.int().optional().describe('Of all its files'),
        accuracy: z
          .object({
            top1: z.number().optional(),
            top5: z.number().optional(),
            map: z.number().optional(),
            note: z.string().describe('What was measured, and on what'),
          })
          .optional(),
      }),
    ),
  })
  .meta({ id: 'ModelsAnswer' });

export const reloadedAnswer = z
  .object({ id: z.string(), version: z.int().optional(), state: z.string() })
  .meta({ id: 'ReloadedModel' });

export const healthAnswer = z.object({ status: z.literal('ok') }).meta({ id: 'Health' });

export const readyAnswer = z
  .object({
    status: z.enum(['ready', 'starting', 'degraded', 'failed', 'stopping']),
    models: z.record(z.string(), z.string()).describe('State of each served model'),
  })
  .meta({ id: 'Ready' });

export const statusAnswer = z
  .object({
    models: z.array(
      z.object({
        reference: z.string(),
        id: z.string(),
        state: z.string(),
        code: z.string().optional(),
        message: z.string().optional(),
      }),
    ),
    keys: z.array(z.object({ id: z.string(), scopes: z.array(z.string()), notAfter: z.string().optional() })),
    inFlight: z.int(),
    heldBytes: z.int(),
  })
  .meta({ id: 'Status' });

export const logAnswer = z
  .object({
    lines: z.array(
      z.object({
        time: z.string(),
        level: z.enum(['info', 'warn', 'error']),
        message: z.string(),
        fields: z.record(z.string(), z.unknown()).describe('Never a picture or a secret'),
      }),
    ),
  })
  .meta({ id: 'Log' });

export const jobAnswer = z
  .object({
    id: z.string(),
    kind: z.string().describe('What it does: `train`, `check`, `pack`, `video`'),
    request: z.unknown().optional().describe('What was asked for, of some kinds'),
    state: z.enum(['queued', 'running', 'done', 'failed', 'cancelled', 'interrupted']),
    createdAt: z.string(),
    startedAt: z.string().optional(),
    endedAt: z.string().optional(),
    expiresAt: z.string().optional().describe('When the job and its files are removed'),
    progress: z
      .object({
        stage: z.string(),
        fraction: fraction.optional(),
        secondsLeft: z.number().optional(),
        message: z.string().optional(),
        detail: z.unknown().optional(),
      })
      .optional(),
    result: z.unknown().optional(),
    error: z.object({ code: z.string(), message: z.string(), retryable: z.boolean() }).optional(),
    files: z.array(z.object({ name: z.string(), mediaType: z.string(), url: z.string() })),
    url: z.string(),
    eventsUrl: z.string(),
  })
  .meta({ id: 'Job' });

export const jobsAnswer = z.object({ jobs: z.array(jobAnswer) }).meta({ id: 'Jobs' });

const videoBox = z.object({
  id: z.int().optional().describe('Identity, where objects are followed'),
  label: z.string(),
  zh: z.string().optional(),
  score: fraction,
  box,
  speed: z.number().optional().describe('Pixels a second'),
});

export const framesAnswer = z
  .object({
    frames: z.array(
      z.object({
        frame: z.int().describe('Number of the frame in the video, from 0'),
        time: z.number().describe('Seconds since the first frame'),
        width: z.int().optional().describe('What the boxes are pixels of'),
        height: z.int().optional(),
        objects: z.array(videoBox).optional().describe('Where objects are looked for'),
        events: z.array(z.unknown()).optional().describe('cross, enter, leave, dwell'),
        labels: z
          .array(z.object({ label: z.string(), zh: z.string().optional(), score: fraction }))
          .optional()
          .describe('classify, tag and moderate'),
        verdict: z.enum(['pass', 'review', 'block']).optional(),
      }),
    ),
    next: z.number().nullable().describe('`from` of the next request; null where nothing more is there yet'),
    complete: z.boolean().describe('Whether the job has ended: nothing more will come'),
  })
  .meta({ id: 'Frames' });

export const streamAnswer = z
  .object({
    name: z.string(),
    state: z.enum(['connecting', 'live', 'failed']),
    problem: z.string().optional().describe('Why there is no picture'),
    frameAt: z.number().optional().describe('Of the newest frame, milliseconds since 1970'),
    width: z.int().optional(),
    height: z.int().optional(),
    frames: z.int().describe('Looked at since the server started'),
    dropped: z.int().describe('Passed over because newer ones were there'),
    objects: z.array(z.unknown()).describe('In the newest frame: label, score, box, id'),
    unique: z.record(z.string(), z.int()).describe('Different objects since the server started'),
    lines: z.array(z.unknown()),
    zones: z.array(z.unknown()),
  })
  .meta({ id: 'Stream' });

export const errorAnswer = z
  .object({ error: z.object({ code: z.string(), message: z.string(), requestId: z.string() }) })
  .meta({ id: 'Error' });
