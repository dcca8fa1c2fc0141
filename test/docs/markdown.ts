/** Just enough Markdown to check the pages of this project. */

/** Text without its code, and the code blocks that were in it (fenced, or indented after a blank line). */
export function splitCode(markdown: string): { readonly prose: string; readonly blocks: readonly string[] } {
  const prose: string[] = [];
  const blocks: string[][] = [];
  let fence: string | undefined;
  let indented = false;
  let blank = true;
  for (const line of markdown.split('\n')) {
    const mark = /^\s*(`{3,}|~{3,})/.exec(line)?.[1];
    if (fence !== undefined) {
      if (mark?.startsWith(fence)) fence = undefined;
      else blocks.at(-1)?.push(line);
    } else if (mark !== undefined) {
      fence = mark;
      blocks.push([]);
    } else if (/^ {4}\S/.test(line) && (blank || indented)) {
      if (!indented) blocks.push([]);
      blocks.at(-1)?.push(line);
      indented = true;
    } else {
      // A blank line does not end an indented block; a line of prose does.
      if (line.trim() !== '') indented = false;
      prose.push(line);
    }
    blank = line.trim() === '';
  }
  return { prose: prose.join('\n'), blocks: blocks.map((lines) => lines.join('\n')) };
}

/** Targets of links and pictures in the order of the page. */
export function linksOf(markdown: string): string[] {
  const prose = splitCode(markdown).prose.replaceAll(/`[^`\n]*`/g, '');
  return [...prose.matchAll(/\]\(([^()\s]+)\)/g)].map(([, target = '']) => target);
}

/** The fragments that GitHub gives to the headings of a page. */
export function anchorsOf(markdown: string): Set<string> {
  const headings = splitCode(markdown).prose.matchAll(/^#{1,6} +(.+?) *$/gm);
  return new Set(
    [...headings].map(([, heading = '']) =>
      heading
        .toLowerCase()
        .replaceAll(/[^\p{L}\p{N}\s_-]/gu, '')
        .replaceAll(' ', '-'),
    ),
  );
}

/** What a reader types: lines that begin with a prompt, without remarks and without the choice of a language. */
export function commandsOf(markdown: string): string[] {
  return splitCode(markdown)
    .blocks.flatMap((block) => block.split('\n'))
    .filter((line) => line.startsWith('$ '))
    .map((line) =>
      line
        .replace(/\s+# .*$/, '')
        .replace(/ --lang zh\b/, '')
        .trim(),
    );
}

/** A fenced block of code. */
export interface FencedBlock {
  /** What stands behind the opening fence, e.g. `console`. */
  readonly language: string;
  /** Its lines, as they stand. */
  readonly text: string;
}

/** The fenced blocks of a page that begin at the margin, in its order. */
export function fencedBlocksOf(markdown: string): FencedBlock[] {
  return [...markdown.matchAll(/^(`{3,})(\S*)\n([\s\S]*?)\n\1$/gm)].map(([, , language = '', text = '']) => ({
    language,
    text,
  }));
}
