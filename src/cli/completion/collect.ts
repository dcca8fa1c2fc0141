import type { Argument, Command, Option } from 'commander';

/** A word that can be typed, and what it does. */
export interface Word {
  readonly word: string;
  readonly description: string;
}

/** An option with what may follow it. */
export interface CompletedOption extends Word {
  readonly short: string | undefined;
  readonly takesValue: boolean;
  /** Values worth offering; file names when there are none. */
  readonly values: readonly string[];
}

/** One command with what can come next. */
export interface Place {
  /** Words before it, e.g. `/models/pull`; empty for the program itself. */
  readonly path: string;
  readonly commands: readonly Word[];
  readonly options: readonly CompletedOption[];
  /** Values of the first argument; file names when there are none. */
  readonly values: readonly string[];
}

/**
 * Everything that a program understands, read from its commands.
 *
 * @param program the root command with everything registered
 * @param models ids offered where a model is wanted
 */
export function collectPlaces(program: Command, models: readonly string[]): readonly Place[] {
  return visit(program, '', models);
}

function visit(command: Command, path: string, models: readonly string[]): Place[] {
  const help = command.createHelp();
  const children = help.visibleCommands(command);
  const place = {
    path,
    commands: children.map((child) => ({ word: child.name(), description: firstLine(child.description()) })),
    options: help.visibleOptions(command).flatMap((option) => completed(option, models)),
    values: argumentValues(path, command.registeredArguments[0], models),
  };
  const inner = children.filter((child) => command.commands.includes(child));
  return [place, ...inner.flatMap((child) => visit(child, `${path}/${child.name()}`, models))];
}

function completed(option: Option, models: readonly string[]): CompletedOption[] {
  if (option.long === undefined || option.long === null) return [];
  return [
    {
      word: option.long,
      short: option.short ?? undefined,
      description: firstLine(option.description),
      takesValue: option.required || option.optional,
      values: option.argChoices ?? (option.long === '--model' ? models : []),
    },
  ];
}

function argumentValues(
  path: string,
  argument: Argument | undefined,
  models: readonly string[],
): readonly string[] {
  if (!argument) return [];
  return (
    argument.argChoices ??
    (path.startsWith('/models/') && /^(model|id|reference)s?$/.test(argument.name()) ? models : [])
  );
}

function firstLine(text: string): string {
  return text.split('\n')[0] ?? '';
}
