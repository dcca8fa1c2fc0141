import type { CompletedOption, Place } from './collect.ts';

/** `complete` lines for fish. */
export function fishScript(places: readonly Place[]): string {
  return places.flatMap(linesOf).join('\n');
}

function linesOf({ path, commands, options, values }: Place): string[] {
  const here = condition(
    path,
    commands.map(({ word }) => word),
  );
  const base = `complete -c pictor -n ${quoted(here)}`;
  return [
    ...commands.map(({ word, description }) => `${base} -f -a ${word} -d ${quoted(description)}`),
    ...(values.length > 0 ? [`${base} -a ${quoted(values.join(' '))}`] : []),
    ...options.map((option) => `${base} ${optionPart(option)}`),
  ];
}

function optionPart({ word, short, description, takesValue, values }: CompletedOption): string {
  return [
    `-l ${word.replace(/^--/, '')}`,
    ...(short ? [`-s ${short.replace(/^-/, '')}`] : []),
    ...(takesValue ? ['-r'] : []),
    ...(values.length > 0 ? [`-a ${quoted(values.join(' '))}`] : []),
    `-d ${quoted(description)}`,
  ].join(' ');
}

/** True when the command line is at this place, and at none below it. */
function condition(path: string, below: readonly string[]): string {
  if (path === '') return '__fish_use_subcommand';
  const seen = path
    .split('/')
    .filter(Boolean)
    .map((word) => `__fish_seen_subcommand_from ${word}`);
  const deeper = below.length > 0 ? [`not __fish_seen_subcommand_from ${below.join(' ')}`] : [];
  return [...seen, ...deeper].join('; and ');
}

function quoted(text: string): string {
  return `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;
}
