/**
 * `pictor completion bash|zsh|fish`: a script made from the commands themselves, so that it cannot fall behind.
 *
 * @module
 */
import { Argument, type Command } from 'commander';

const SHELLS = ['bash', 'zsh', 'fish'] as const;
type Shell = (typeof SHELLS)[number];

/** Adds `pictor completion <shell>`. */
export function registerCompletion(program: Command): void {
  program
    .command('completion')
    .description('print a completion script for your shell')
    .addArgument(new Argument('<shell>', 'whose language the script is in').choices(SHELLS))
    .addHelpText(
      'after',
      `
Examples:
  $ source <(pictor completion bash)
  $ pictor completion zsh > "\${fpath[1]}/_pictor"
  $ pictor completion fish > ~/.config/fish/completions/pictor.fish`,
    )
    .action(async (shell: Shell) => {
      process.stdout.write(`${await completionScript(program, shell)}\n`);
    });
}

async function completionScript(program: Command, shell: Shell): Promise<string> {
  const { collectPlaces } = await import('../completion/collect.ts');
  const { catalogue } = await import('../../models/catalogue/catalogue.ts');
  const places = collectPlaces(
    program,
    catalogue().map(({ id }) => id),
  );
  if (shell === 'bash') return (await import('../completion/bash.ts')).bashScript(places);
  if (shell === 'zsh') return (await import('../completion/zsh.ts')).zshScript(places);
  return (await import('../completion/fish.ts')).fishScript(places);
}
