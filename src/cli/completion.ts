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
    .addArgument(new Argument('<shell>').choices(SHELLS))
    .addHelpText(
      'after',
      `
Examples:
  $ source <(pictor completion bash)
  $ pictor completion zsh > "\${fpath[1]}/_pictor"
  $ pictor completion fish > ~/.config/fish/completions/pictor.fish`,
    )
    .action((shell: Shell) => {
      process.stdout.write(`${completionScript(program, shell)}\n`);
    });
}

interface CompletionNode {
  /** Words before, e.g. `models`; empty for the program itself. */
  readonly path: string;
  readonly words: readonly { readonly word: string; readonly description: string }[];
}

/**
 * The completion script of a program.
 *
 * @param program the root command with everything registered
 * @param shell whose language the script is in
 */
export function completionScript(program: Command, shell: Shell): string {
  const nodes = collect(program, '');
  if (shell === 'fish') return fishScript(nodes);
  return shell === 'bash' ? bashScript(nodes) : zshScript(nodes);
}

function collect(command: Command, path: string): CompletionNode[] {
  const children = command.commands.filter((child) => child.name() !== 'help');
  const words = [
    ...children.map((child) => ({ word: child.name(), description: child.description() })),
    ...command.options.map((option) => ({
      word: option.long ?? option.flags,
      description: option.description,
    })),
    { word: '--help', description: 'display help for command' },
  ];
  return [
    { path, words },
    ...children.flatMap((child) => collect(child, path ? `${path} ${child.name()}` : child.name())),
  ];
}

function caseTable(nodes: readonly CompletionNode[]): string {
  return nodes
    .map(({ path, words }) => `    '${path}') words='${words.map((entry) => entry.word).join(' ')}' ;;`)
    .join('\n');
}

function bashScript(nodes: readonly CompletionNode[]): string {
  return `_pictor() {
  local current="\${COMP_WORDS[COMP_CWORD]}" path="" words="" word
  for word in "\${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
    case "$word" in -*) ;; *) case " ${commandPaths(nodes)} " in *" \${path:+$path/}$word "*) path="\${path:+$path/}$word" ;; esac ;; esac
  done
  case "\${path//\\// }" in
${caseTable(nodes)}
  esac
  COMPREPLY=($(compgen -W "$words" -- "$current"))
  case "$current" in -*) ;; *) COMPREPLY+=($(compgen -f -- "$current")) ;; esac
}
complete -o filenames -F _pictor pictor`;
}

function commandPaths(nodes: readonly CompletionNode[]): string {
  return nodes
    .map((node) => node.path.replaceAll(' ', '/'))
    .filter(Boolean)
    .join(' ');
}

function zshScript(nodes: readonly CompletionNode[]): string {
  return `#compdef pictor
autoload -U +X bashcompinit && bashcompinit
${bashScript(nodes)}`;
}

function fishScript(nodes: readonly CompletionNode[]): string {
  return nodes
    .flatMap(({ path, words }) => {
      const condition = path
        ? path
            .split(' ')
            .map((word) => `__fish_seen_subcommand_from ${word}`)
            .join('; and ')
        : '__fish_use_subcommand';
      return words.map(({ word, description }) => {
        const text = description.replaceAll("'", "\\'");
        return word.startsWith('--')
          ? `complete -c pictor -n '${condition}' -l ${word.slice(2)} -d '${text}'`
          : `complete -c pictor -f -n '${condition}' -a ${word} -d '${text}'`;
      });
    })
    .join('\n');
}
