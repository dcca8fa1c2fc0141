/**
 * Words of a page and of what is searched for. Chinese has no spaces: runs of Han characters become pairs of neighbours,
 * the same way on both sides, so that any part of a phrase is found. The search page gets the text of this function, which
 * therefore uses nothing from outside it.
 */
export function tokenize(text: string): string[] {
  const words: string[] = [];
  for (const [run] of text.toLowerCase().matchAll(/\p{Script=Han}+|(?:(?!\p{Script=Han})[\p{L}\p{N}_])+/gu)) {
    if (!/^\p{Script=Han}/u.test(run)) {
      words.push(run);
      continue;
    }
    const characters = [...run];
    if (characters.length === 1) words.push(run);
    for (let i = 0; i + 1 < characters.length; i++) words.push(`${characters[i]}${characters[i + 1]}`);
  }
  return words;
}
