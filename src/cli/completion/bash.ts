import type { Place } from './collect.ts';

/** A function for bash's `complete`. Where it offers nothing, readline offers file names. */
export function bashScript(places: readonly Place[]): string {
  return `# bash completion for pictor
_pictor() {
  local current="\${COMP_WORDS[COMP_CWORD]}" before=$((COMP_CWORD - 1)) place='' word words values='' options='' others=''
  # Bash takes --option=value apart at the equals sign.
  if [[ $current == '=' ]]; then current=''; elif [[ \${COMP_WORDS[before]} == '=' ]]; then before=$((before - 1)); fi
  for word in "\${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
    case ' ${places.map(({ path }) => path).join(' ')} ' in *" $place/$word "*) place="$place/$word" ;; esac
  done
  case "$place \${COMP_WORDS[before]}" in
${places.flatMap(valueCases).join('\n')}
  esac
  case "$place" in
${places.map(placeCase).join('\n')}
  esac
  COMPREPLY=()
  if [[ $values == ':files' ]]; then return; fi
  if [[ -n $values ]]; then words="$values"; elif [[ $current == -* ]]; then words="$options"; else words="$others"; fi
  COMPREPLY=($(compgen -W "$words" -- "$current"))
}
complete -o default -o bashdefault -F _pictor pictor`;
}

function placeCase({ path, commands, options, values }: Place): string {
  const flags = options.flatMap(({ word, short }) => [word, ...(short ? [short] : [])]).join(' ');
  const others = (commands.length > 0 ? commands.map(({ word }) => word) : values).join(' ');
  return `    '${path}') options='${flags}' others='${others}' ;;`;
}

function valueCases({ path, options }: Place): string[] {
  return options
    .filter(({ takesValue }) => takesValue)
    .map(({ word, short, values }) => {
      const patterns = [word, ...(short ? [short] : [])].map((flag) => `'${path} ${flag}'`).join(' | ');
      return `    ${patterns}) values='${values.join(' ') || ':files'}' ;;`;
    });
}
