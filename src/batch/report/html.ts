/** Text that is markup already. */
export interface Html {
  readonly html: string;
}

type Value = string | number | Html | readonly Html[];

/** Puts values into markup; whatever is not markup is escaped. */
export function html(parts: TemplateStringsArray, ...values: readonly Value[]): Html {
  return { html: parts.map((part, i) => part + (i < values.length ? shown(values[i] ?? '') : '')).join('') };
}

function shown(value: Value): string {
  if (typeof value === 'string' || typeof value === 'number') return escaped(String(value));
  return 'html' in value ? value.html : value.map((one) => one.html).join('');
}

function escaped(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');
}
