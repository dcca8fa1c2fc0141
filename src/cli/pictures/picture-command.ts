/**
 * What classify, tag, detect, moderate and embed have in common on the command line.
 *
 * @module
 */
import { type Command, Option } from 'commander';
import { untilInterrupted } from '../interrupt.ts';
import { integerOption } from '../options.ts';
import type { Language } from '../render/answers.ts';
import { expandInputs } from './inputs.ts';
import type { PictureTools } from './picture-tools.ts';
import type { PictureFlags, PictureWork } from './picture-work.ts';

/** A command that takes pictures, with the shared flags. */
export function pictureCommand(
  program: Command,
  name: string,
  description: string,
  examples: readonly string[],
): Command {
  return program
    .command(name)
    .description(description)
    .argument('<pictures...>', 'files, folders, globs, URLs, or - for standard input')
    .option('-m, --model <id>', 'model id, or path of an .onnx file or manifest')
    .addOption(new Option('--json', 'one JSON array of all answers').conflicts('jsonl'))
    .option('--jsonl', 'one JSON object a line, as answers come')
    .option('-c, --concurrency <n>', 'pictures at a time', integerOption(1, 256), 8)
    .addHelpText('after', `\nExamples:\n${examples.map((line) => `  $ ${line}`).join('\n')}`);
}

/**
 * The action of a picture command: pictures are looked for before a model is opened, so that a misspelt folder costs
 * no time.
 *
 * @param run gives the exit code
 */
export function onPictures<Flags extends PictureFlags>(
  run: (work: PictureWork<Flags>, tools: PictureTools) => Promise<number>,
) {
  return async (names: string[], flags: Flags): Promise<void> => {
    const inputs = await expandInputs(names);
    const { startEngine } = await import('./open.ts');
    const engine = startEngine(inputs.length);
    try {
      const { pictureTools } = await import('./picture-tools.ts');
      process.exitCode = await untilInterrupted((signal) =>
        run({ inputs, flags, engine, signal }, pictureTools),
      );
    } finally {
      await engine.close();
    }
  };
}

/** `--frames`. */
export function framesOption(usual = '1'): Option {
  return new Option(
    '--frames <n>',
    `frames of an animated GIF or WebP to read, spread evenly (default: ${usual})`,
  ).argParser(integerOption(1, 1000));
}

/** `--lang`; by default what the environment says. */
export function languageOption(description: string): Option {
  return new Option('-l, --lang <language>', description).choices(['en', 'zh']).default(userLanguage());
}

/** Chinese where the environment says so. */
function userLanguage(): Language {
  const locale = process.env.LC_ALL || process.env.LC_MESSAGES || process.env.LANG || '';
  return locale.toLowerCase().startsWith('zh') ? 'zh' : 'en';
}
