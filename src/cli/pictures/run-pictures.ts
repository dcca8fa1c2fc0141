/**
 * The one loop behind classify, tag, detect, moderate and embed: many pictures, some at a time, answers in order,
 * one bad picture reported and skipped.
 *
 * @module
 */
import { type PictorError, toPictorError } from '../../errors.ts';
import type { ImageSource } from '../../image/types.ts';
import { EXIT } from '../exit.ts';
import { complain, progressBar } from '../render/notices.ts';
import type { CliInput } from './inputs.ts';
import type { PictureFlags, PictureWork } from './picture-work.ts';

/** How pictures become answers, and how answers leave the process. */
export interface PictureRun<Answer> {
  recognize(source: ImageSource, input: CliInput): Promise<Answer>;
  /** Text for a person. */
  render(name: string, answer: Answer): string;
  /** Plain data for a machine. */
  toJSON(answer: Answer): Record<string, unknown>;
  /** What was written besides the answers; said at the end. */
  wrote?(): string | undefined;
}

type Outcome<Answer> =
  | { readonly ok: true; readonly answer: Answer }
  | { readonly ok: false; readonly error: PictorError };

/**
 * Recognizes every picture and prints the answers in the order of the arguments.
 *
 * @param work pictures, flags and the signal of Ctrl-C
 * @param run how to recognize and print
 * @returns the exit code: 0, 1 when a picture failed, 130 when interrupted
 * @throws OPTION_INVALID
 */
export async function runPictures<Answer>(
  { inputs, flags, signal }: PictureWork<PictureFlags>,
  run: PictureRun<Answer>,
): Promise<number> {
  // A bar only where it does not run through the answers.
  const bar = progressBar(process.stdout.isTTY && !flags.json ? Number.POSITIVE_INFINITY : 4);
  const document: Record<string, unknown>[] = [];
  const begin = performance.now();
  let failures = 0;
  let done = 0;
  try {
    for await (const [input, outcome] of inOrder(inputs, flags.concurrency, run, signal)) {
      if (signal.aborted) break;
      // A mistake in the options is not the picture's fault, and the same for all pictures.
      if (!outcome.ok && outcome.error.code === 'OPTION_INVALID') throw outcome.error;
      done += 1;
      if (!outcome.ok) failures += 1;
      bar.update({ done, total: inputs.length });
      if (flags.json) document.push(record(input, outcome, run));
      else if (flags.jsonl) process.stdout.write(`${JSON.stringify(record(input, outcome, run))}\n`);
      else if (outcome.ok) process.stdout.write(`${run.render(input.name, outcome.answer)}\n`);
      if (!outcome.ok) bar.interrupt(() => complain(input.name, outcome.error));
    }
  } finally {
    bar.stop();
  }
  if (flags.json) process.stdout.write(`${JSON.stringify(document, null, 2)}\n`);
  const wrote = run.wrote?.();
  if (wrote !== undefined) process.stderr.write(`Wrote ${wrote}\n`);
  if (signal.aborted) return EXIT.interrupted;
  if (inputs.length > 1 && (failures > 0 || process.stderr.isTTY)) {
    const seconds = ((performance.now() - begin) / 1000).toFixed(1);
    process.stderr.write(
      failures > 0
        ? `${failures} of ${inputs.length} pictures failed.\n`
        : `${done} pictures in ${seconds} s.\n`,
    );
  }
  return failures > 0 ? EXIT.failed : EXIT.ok;
}

async function* inOrder<Answer>(
  inputs: readonly CliInput[],
  concurrency: number,
  run: PictureRun<Answer>,
  signal: AbortSignal,
): AsyncGenerator<[CliInput, Outcome<Answer>]> {
  const started: Promise<Outcome<Answer>>[] = [];
  const start = (input: CliInput) => {
    started.push(
      Promise.resolve()
        .then(() => run.recognize(input.open(), input))
        .then(
          (answer): Outcome<Answer> => ({ ok: true, answer }),
          (thrown: unknown): Outcome<Answer> => ({ ok: false, error: toPictorError(thrown) }),
        ),
    );
  };
  for (const input of inputs.slice(0, concurrency)) start(input);
  for (const [i, input] of inputs.entries()) {
    const outcome = await started[i];
    const next = inputs[i + concurrency];
    if (next && !signal.aborted) start(next);
    if (!outcome) return;
    yield [input, outcome];
  }
}

function record<Answer>(
  input: CliInput,
  outcome: Outcome<Answer>,
  run: PictureRun<Answer>,
): Record<string, unknown> {
  return outcome.ok
    ? { file: input.name, ...run.toJSON(outcome.answer) }
    : { file: input.name, error: outcome.error.toJSON() };
}
