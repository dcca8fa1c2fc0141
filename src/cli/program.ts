/**
 * All commands, registered. Each command file imports what it runs only when it runs, so that `--help` is quick.
 *
 * @module
 */
import { Command } from 'commander';
import { registerBench } from './bench.ts';
import { registerClassify } from './classify.ts';
import { registerCompletion } from './completion.ts';
import { registerDeploy } from './deploy.ts';
import { registerDetect } from './detect.ts';
import { registerDoctor } from './doctor.ts';
import { registerEmbed } from './embed.ts';
import { registerEmulate } from './emulate.ts';
import { registerEvaluate } from './evaluate.ts';
import { registerKeys } from './keys.ts';
import { registerModels } from './models.ts';
import { registerModerate } from './moderate.ts';
import { registerPack } from './pack.ts';
import { registerServe } from './serve.ts';
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
  program.commandsGroup('Look at pictures:');
  registerClassify(program);
  registerTag(program);
  registerDetect(program);
  registerModerate(program);
  registerEmbed(program);
  program.commandsGroup('Models:');
  registerModels(program);
  registerEvaluate(program);
  program.commandsGroup('Serve and deploy:');
  registerServe(program);
  registerKeys(program);
  registerPack(program);
  registerEmulate(program);
  registerDeploy(program);
  registerBench(program);
  program.commandsGroup('This program:');
  registerDoctor(program);
  registerCompletion(program);
  program.helpCommand('help [command]', 'explain a command');
  return program;
}
