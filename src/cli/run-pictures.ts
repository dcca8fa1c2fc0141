/**
 * The one loop behind classify, tag, detect, moderate and embed: many pictures, some at a time, answers in order,
 * one bad picture reported and skipped.
 *
 * @module
 */
import cliProgress from 'cli-progress';
import { type PictorError, toPictorError } from '../errors.ts';
import type { ImageSource } from '../image/types.ts';
import { EXIT } from './exit.ts';
import { type CliInput, expandInputs } from './inputs.ts';
import { colorsFor } from './terminal.ts';

/** How answers leave the process. */
export interface PictureRun<Answer> {
  readonly json?: boolean;
  readonly jsonl?: boolean;
  readonly concurrency: number;
  recognize(source: ImageSource, signal: AbortSignal): Promise<Answer>;
  /** Text for a person. */
  render(name: string, answer: Answer): string;
  /** Plain data for a machine. */
  toJSON(answer: Answer): Record<string, unknown>;
  /** Called once for each good answer, in order. */
  readonly onAnswer?: (input: CliInput, answer: Answer) => Promise<void> | void;
}

type Outcome<Answer> =
  | { readonly ok: true; readonly answer: Answer }
  | { readonly ok: false; readonly error: PictorError };

/**
 * Recognizes every named picture and prints the answers in the order of the arguments.
 *
 * @param names what the user typed
 * @param run how to recognize and print
 * @returns the exit code: 0, or 1 when a picture failed
 * @throws OPTION_INVALID when nothing can be expanded from the names
 */
export async function runPictures<Answer>(
  names: readonly string[],
  run: PictureRun<Answer>,
): Promise<number> {
  const inputs = await expandInputs(names);
  const controller = new AbortController();
  const interrupt = () => controller.abort();
  process.once('SIGINT', interrupt);
  const progress = startProgress(inputs.length, run.json === true);
  const document: Record<string, unknown>[] = [];
  let failures = 0;
  try {
    for await (const [input, outcome] of inOrder(inputs, run, controller.signal)) {
      if (controller.signal.aborted) break;
      progress?.increment();
      if (!outcome.ok) failures += 1;
      if (run.json) document.push(record(input, outcome, run));
      else print(input, outcome, run);
      if (outcome.ok) await run.onAnswer?.(input, outcome.answer);
    }
  } finally {
    progress?.stop();
    process.removeListener('SIGINT', interrupt);
  }
  if (run.json) process.stdout.write(`${JSON.stringify(document, null, 2)}\n`);
  if (controller.signal.aborted) return EXIT.interrupted;
  if (failures > 0 && inputs.length > 1) {
    process.stderr.write(`${failures} of ${inputs.length} pictures failed.\n`);
  }
  return failures > 0 ? EXIT.failed : EXIT.ok;
}

async function* inOrder<Answer>(
  inputs: readonly CliInput[],
  run: PictureRun<Answer>,
  signal: AbortSignal,
): AsyncGenerator<[CliInput, Outcome<Answer>]> {
  const started: Promise<Outcome<Answer>>[] = [];
  const start = (input: CliInput) => {
    started.push(
      Promise.resolve()
        .then(() => run.recognize(input.open(), signal))
        .then(
          (answer): Outcome<Answer> => ({ ok: true, answer }),
          (thrown: unknown): Outcome<Answer> => ({ ok: false, error: toPictorError(thrown) }),
        ),
    );
  };
  for (const input of inputs.slice(0, run.concurrency)) start(input);
  for (const [i, input] of inputs.entries()) {
    const outcome = await started[i];
    const next = inputs[i + run.concurrency];
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

function print<Answer>(input: CliInput, outcome: Outcome<Answer>, run: PictureRun<Answer>): void {
  if (run.jsonl) {
    process.stdout.write(`${JSON.stringify(record(input, outcome, run))}\n`);
  } else if (outcome.ok) {
    process.stdout.write(`${run.render(input.name, outcome.answer)}\n`);
  } else {
    const colors = colorsFor(process.stderr);
    process.stderr.write(
      `${colors.red('✗')} ${input.name}: ${outcome.error.message} ${colors.dim(outcome.error.code)}\n`,
    );
  }
}

/** A bar only where it helps: many pictures, a terminal for it, and answers that go elsewhere. */
function startProgress(total: number, collects: boolean): cliProgress.SingleBar | undefined {
  if (total < 4 || !process.stderr.isTTY || (process.stdout.isTTY && !collects)) return undefined;
  const progress = new cliProgress.SingleBar(
    { format: '{bar} {value}/{total} · {eta_formatted} left', stream: process.stderr, hideCursor: true },
    cliProgress.Presets.shades_classic,
  );
  progress.start(total, 0);
  return progress;
}
