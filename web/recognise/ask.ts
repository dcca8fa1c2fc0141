/**
 * One picture, one question: the request and its answer.
 *
 * @module
 */

import { send, sendJson } from '../api/client.ts';
import { Failure, failureOf } from '../api/failure.ts';
import type { ClassifyAnswer, DetectAnswer, ModerateAnswer, TagAnswer, TaskName } from '../api/types.ts';
import type { Language } from '../base/language.ts';

export interface Picture {
  readonly id: number;
  readonly name: string;
  readonly source:
    | { readonly kind: 'file'; readonly blob: Blob }
    | { readonly kind: 'url'; readonly url: string };
}

export interface Question {
  readonly task: TaskName;
  /** Without one, the server's choice. */
  readonly model: string | undefined;
  readonly language: Language;
}

export type Answer =
  | ({ readonly task: 'classify' } & ClassifyAnswer)
  | ({ readonly task: 'detect' } & DetectAnswer)
  | ({ readonly task: 'tag' } & TagAnswer)
  | ({ readonly task: 'moderate' } & ModerateAnswer);

/** Asked for once with little to miss; the slider filters what came. */
const OPTIONS: Readonly<Record<TaskName, Readonly<Record<string, string>>>> = {
  classify: { top: '10' },
  detect: { minScore: '0.05', maxDetections: '300' },
  tag: { minScore: '0.05', top: '30' },
  moderate: {},
};

/** The address of a question, with its options. */
export function addressOf({ task, model, language }: Question, options = OPTIONS[task]): string {
  const query = new URLSearchParams({
    ...options,
    ...(task !== 'moderate' && { lang: language }),
    ...(model !== undefined && { model }),
  });
  const text = query.toString();
  return `/v1/${task}${text === '' ? '' : `?${text}`}`;
}

/**
 * Asks the server about a picture.
 *
 * @throws Failure
 */
export async function ask(picture: Picture, question: Question, signal: AbortSignal): Promise<Answer> {
  if (picture.source.kind === 'file' && picture.source.blob.size === 0) throw new Failure('IMAGE_EMPTY');
  try {
    const body = await sendJson<object>(addressOf(question), { method: 'POST', ...bodyOf(picture), signal });
    return { task: question.task, ...body } as Answer;
  } catch (thrown) {
    signal.throwIfAborted();
    throw await explained(failureOf(thrown), picture);
  }
}

/** The picture as JPEG, for browsers that cannot show what the server can read. */
export async function serverPreview(picture: Picture, signal: AbortSignal): Promise<Blob> {
  const response = await send('/v1/preview', { method: 'POST', ...bodyOf(picture), signal });
  return response.blob();
}

function bodyOf({ source }: Picture): { body: BodyInit; headers: Record<string, string> } {
  return source.kind === 'file'
    ? { body: source.blob, headers: { 'Content-Type': 'application/octet-stream' } }
    : { body: JSON.stringify({ url: source.url }), headers: { 'Content-Type': 'application/json' } };
}

/** The server knows pictures; what a file is instead is seen here. */
async function explained(failure: Failure, { source }: Picture): Promise<Failure> {
  if (failure.code !== 'IMAGE_FORMAT_UNSUPPORTED' || source.kind === 'url') return failure;
  const head = new Uint8Array(await source.blob.slice(0, 32).arrayBuffer());
  const text = String.fromCharCode(...head);
  if (/^.{4}ftyp(heic|heix|hevc|mif1|msf1|heim|heis)/s.test(text))
    return new Failure('heic', failure.message, failure);
  const readable = head.every((byte) => byte >= 0x20 || byte === 9 || byte === 10 || byte === 13);
  return readable ? new Failure('not-a-picture', failure.message, failure) : failure;
}
