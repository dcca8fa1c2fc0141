import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { FrameworkCase } from './cases.ts';

const PAGES = [
  {
    language: 'en',
    file: 'docs/frameworks.md',
    head: ['with', 'command', 'to know', 'result'],
    works: 'works',
    fails: 'fails',
  },
  {
    language: 'zh',
    file: 'docs/zh/frameworks.md',
    head: ['环境', '命令', '注意', '结果'],
    works: '可用',
    fails: '失败',
  },
] as const;
const BEGIN = '<!-- written by npm run test:frameworks -->';
const END = '<!-- end -->';

/** Writes what was found out into both pages. */
export function writePages(results: readonly { readonly one: FrameworkCase; readonly ok: boolean }[]): void {
  for (const { language, file, head, works, fails } of PAGES) {
    const path = fileURLToPath(new URL(`../../../${file}`, import.meta.url));
    const text = readFileSync(path, 'utf8');
    const rows = results.map(({ one, ok }) => {
      const commands = one.run.map((command) => `\`${command.replaceAll('|', '\\|')}\``).join('<br>');
      return `| ${one.name} | ${commands} | ${one.note?.[language] ?? ''} | ${ok ? works : fails} |`;
    });
    const table = [`| ${head.join(' | ')} |`, '| --- | --- | --- | --- |', ...rows].join('\n');
    const [before = '', rest = ''] = text.split(BEGIN);
    const after = rest.split(END)[1] ?? '';
    writeFileSync(path, `${before}${BEGIN}\n\n${table}\n\n${END}${after}`);
  }
}
