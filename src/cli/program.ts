/**
 * All commands, registered. Each command file imports what it runs only when it runs, so that `--help` is quick.
 *
 * @module
 */
import { Command } from 'commander';
import { packageVersion } from '../base/package-root.ts';
import { registerBatch } from './commands/batch/batch.ts';
import { registerBench } from './commands/bench.ts';
import { registerClassify } from './commands/classify.ts';
import { registerCompletion } from './commands/completion.ts';
import { registerDeploy } from './commands/deploy.ts';
import { registerDetect } from './commands/detect.ts';
import { registerDoctor } from './commands/doctor.ts';
import { registerEmbed } from './commands/embed.ts';
import { registerEmulate } from './commands/emulate.ts';
import { registerEvaluate } from './commands/evaluate.ts';
import { registerKeys } from './commands/keys.ts';
import { registerModels } from './commands/models/models.ts';
import { registerModerate } from './commands/moderate.ts';
import { registerPack } from './commands/pack.ts';
import { registerServe } from './commands/serve.ts';
import { registerTag } from './commands/tag.ts';
import { registerTrain } from './commands/train/train.ts';
import { registerVideo } from './commands/video.ts';

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
  registerVideo(program);
  registerBatch(program);
  program.commandsGroup('Models:');
  registerModels(program);
  registerTrain(program);
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
