/**
 * The answer of `POST /image`: names to percentages, best first.
 *
 * Written by hand because a JavaScript object would move names that look like integers to the front.
 *
 * @param entries name and score 0..1, best first, names unique
 * @example
 * predictionJson([['cheetah', 0.831], ['1', 0.02]]); // '{"prediction": {"cheetah": 83.1, "1": 2}}'
 */
export function predictionJson(entries: Iterable<readonly [name: string, score: number]>): string {
  const members: string[] = [];
  for (const [name, score] of entries) members.push(`${JSON.stringify(name)}: ${percentage(score)}`);
  return `{"prediction": {${members.join(', ')}}}`;
}

function percentage(score: number): string {
  return String(Number((score * 100).toFixed(4)));
}
