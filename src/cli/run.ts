/**
 * The command line, from its arguments to the exit code.
 *
 * @module
 */
import { CommanderError } from 'commander';
import { isPictorError } from '../errors.ts';
import { EXIT } from './exit.ts';
import { createProgram } from './program.ts';
import { colorsFor } from './render/terminal.ts';

/** A reader that went away (`pictor … | head`) is no failure. */
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  process.exit(error.code === 'EPIPE' ? EXIT.ok : EXIT.failed);
});

try {
  await createProgram().parseAsync(process.argv);
} catch (thrown) {
  process.exitCode = report(thrown);
}

function report(thrown: unknown): number {
  if (thrown instanceof CommanderError) return thrown.exitCode === 0 ? EXIT.ok : EXIT.usage;
  const colors = colorsFor(process.stderr);
  if (isPictorError(thrown)) {
    process.stderr.write(`${colors.red('✗')} ${thrown.message} ${colors.dim(thrown.code)}\n`);
    if (thrown.code === 'ABORTED') return EXIT.interrupted;
    return thrown.code === 'OPTION_INVALID' ? EXIT.usage : EXIT.failed;
  }
  const text = thrown instanceof Error ? thrown.message : String(thrown);
  process.stderr.write(
    `${colors.red('✗')} ${text} ${colors.dim('INTERNAL')}\n  This is a defect in Pictor. PICTOR_DEBUG=1 prints where; please report it with \`pictor doctor\`.\n`,
  );
  if (process.env.PICTOR_DEBUG && thrown instanceof Error) process.stderr.write(`${thrown.stack}\n`);
  return EXIT.failed;
}
