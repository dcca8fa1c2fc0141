/**
 * Answers of the server as the studio reads them. A test holds them against the schemas that the server writes by.
 *
 * @module
 */

export type TaskName = 'classify' | 'detect' | 'tag' | 'moderate';

export interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

export interface ServedModel {
  readonly id: string;
  readonly task?: string | undefined;
  readonly version?: number | undefined;
  readonly title?: string | undefined;
  readonly state: 'absent' | 'loading' | 'warming' | 'ready' | 'changed' | 'failed';
  readonly defaultFor: readonly string[];
  readonly licence?: string | undefined;
  readonly caution?: string | undefined;
  readonly bytes?: number | undefined;
  readonly accuracy?:
    | {
        readonly top1?: number | undefined;
        readonly top5?: number | undefined;
        readonly map?: number | undefined;
        readonly note: string;
      }
    | undefined;
}

interface Answered {
  readonly model: string;
  readonly picture: {
    readonly width: number;
    readonly height: number;
    readonly frames?: { readonly count: number; readonly read: number } | undefined;
  };
  readonly timings: { readonly queue: number; readonly decode: number; readonly inference: number };
}

interface Named {
  readonly name: string;
  readonly label: string;
  readonly zh?: string | undefined;
}

interface Prediction extends Named {
  readonly index: number;
  readonly score: number;
}

interface Familiarity {
  readonly unknown?: boolean | undefined;
  readonly nearest?: (Named & { readonly index: number }) | undefined;
}

export interface ClassifyAnswer extends Answered, Familiarity {
  readonly predictions: readonly Prediction[];
}

export interface DetectAnswer extends Answered {
  readonly detections: readonly (Prediction & { readonly box: Box })[];
}

export interface TagAnswer extends Answered, Familiarity {
  readonly tags: readonly (Named & {
    readonly score: number;
    readonly category: { readonly en: string; readonly zh: string };
    readonly instances: readonly { readonly score: number; readonly box: Box }[];
  })[];
}

export interface ModerateAnswer extends Answered {
  readonly verdict: 'pass' | 'review' | 'block';
  readonly scores: Readonly<Record<string, number>>;
}

export interface Job {
  readonly id: string;
  readonly kind: string;
  readonly state: 'queued' | 'running' | 'done' | 'failed' | 'cancelled' | 'interrupted';
  readonly createdAt: string;
  readonly startedAt?: string | undefined;
  readonly endedAt?: string | undefined;
  readonly progress?:
    | {
        readonly stage: string;
        readonly fraction?: number | undefined;
        readonly secondsLeft?: number | undefined;
        readonly message?: string | undefined;
        readonly detail?: unknown;
      }
    | undefined;
  readonly result?: unknown;
  readonly error?: { readonly code: string; readonly message: string } | undefined;
  readonly files: readonly { readonly name: string; readonly mediaType: string; readonly url: string }[];
}
