import type { Place, Word } from './collect.ts';

/** A function for zsh, to be sourced or to lie in a folder of `$fpath` as `_pictor`. */
export function zshScript(places: readonly Place[]): string {
  return `#compdef pictor
_pictor() {
  local place='' word
  local -a commands options
  for word in \${words[2,CURRENT-1]}; do
    case ' ${places.map(({ path }) => path).join(' ')} ' in *" $place/$word "*) place="$place/$word" ;; esac
  done
  case "$place \${words[CURRENT-1]}" in
${places.flatMap(valueCases).join('\n')}
  esac
  case "$place" in
${places.map(placeCase).join('\n')}
  esac
  if [[ $PREFIX == -* ]]; then _describe -o option options; return; fi
  if (( $#commands )); then _describe command commands; return; fi
  case "$place" in
${places.flatMap(argumentCase).join('\n')}
  esac
  _files
}
if [[ $funcstack[1] == _pictor ]]; then _pictor "$@"; else compdef _pictor pictor; fi`;
}

function placeCase({ path, commands, options }: Place): string {
  return `    '${path}') commands=(${described(commands)}) options=(${described(options)}) ;;`;
}

function valueCases({ path, options }: Place): string[] {
  return options
    .filter(({ takesValue }) => takesValue)
    .map(({ word, short, values }) => {
      const patterns = [word, ...(short ? [short] : [])].map((flag) => `'${path} ${flag}'`).join(' | ');
      return `    ${patterns}) ${values.length > 0 ? `compadd -- ${values.join(' ')}; ` : ''}_files; return ;;`;
    });
}

function argumentCase({ path, values }: Place): string[] {
  return values.length > 0 ? [`    '${path}') compadd -- ${values.join(' ')} ;;`] : [];
}

function described(words: readonly Word[]): string {
  return words
    .map(({ word, description }) => quoted(`${word}:${description.replaceAll(':', '\\:')}`))
    .join(' ');
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}
