/** Text that may stand in HTML, in attributes too. */
export function escapeHtml(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');
}

/** The same in both languages; the reader chooses which one is shown. */
export function both(en: string, zh: string): string {
  return `<span class="en" lang="en">${escapeHtml(en)}</span><span class="zh" lang="zh">${escapeHtml(zh)}</span>`;
}

/** A table; the first row is the head, numbers are aligned by the style of `td.n`. */
export function table(
  head: readonly string[],
  rows: readonly (readonly string[])[],
  numeric: readonly number[] = [],
): string {
  const cells = (row: readonly string[], tag: 'td' | 'th') =>
    row.map((cell, i) => `<${tag}${numeric.includes(i) ? ' class="n"' : ''}>${cell}</${tag}>`).join('');
  return `<table><thead><tr>${cells(head, 'th')}</tr></thead><tbody>${rows
    .map((row) => `<tr>${cells(row, 'td')}</tr>`)
    .join('')}</tbody></table>`;
}

export function section(en: string, zh: string, body: string): string {
  return body === '' ? '' : `<section><h2>${both(en, zh)}</h2>${body}</section>`;
}

/** `0.974` → `97.4 %`. */
export function percent(share: number): string {
  return `${(share * 100).toFixed(1)} %`;
}
