/**
 * All commands, registered. Each command file imports what it runs only when it runs, so that `--help` is quick.
 *
 * @module
 */
import { Command } from 'commander';
import { registerClassify } from './classify.ts';
import { registerCompletion } from './completion.ts';
import { registerDetect } from './detect.ts';
import { registerEmbed } from './embed.ts';
import { registerModerate } from './moderate.ts';
import { registerTag } from './tag.ts';
import { packageVersion } from './version.ts';

/** The `pictor` command with everything registered. */
export function createProgram(): Command {
  const program = new Command('pictor')
    .description('Image recognition as a function: classify, tag, detect and moderate pictures.')
    .version(packageVersion())
    .showHelpAfterError('(add --help for the options)')
    .showSuggestionAfterError()
    .addHelpText(
      'after',
      `
Examples:
  $ pictor classify cat.jpg
  $ pictor detect street.jpg -o annotated.jpg
  $ pictor serve --port 8080

Every command has more: pictor <command> --help`,
    );
  program.exitOverride();
  registerClassify(program);
  registerTag(program);
  registerDetect(program);
  registerModerate(program);
  registerEmbed(program);
  registerCompletion(program);
  return program;
}
