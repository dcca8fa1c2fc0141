/** An item that another one needs, and what to call the two when something is wrong. */
export interface Need {
  readonly key: string;
  readonly reader: string;
}

/**
 * Keys in an order in which each comes after those it needs, starting from the wanted ones. Depth first, without
 * recursion: hostile graphs may be deep.
 *
 * @param needsOf what a key needs; called once for each key
 * @param problem makes the error for a cycle
 */
export function dependencyOrder(
  wanted: readonly string[],
  needsOf: (need: Need) => readonly string[],
  problem: (received: string) => Error,
): string[] {
  const order: string[] = [];
  const state = new Map<string, 'open' | 'done'>();
  const stack: { readonly key: string; readonly reader: string; needs?: readonly string[]; next: number }[] =
    wanted.toReversed().map((key) => ({ key, reader: 'the outputs', next: 0 }));
  for (let top = stack.at(-1); top; top = stack.at(-1)) {
    if (!top.needs) {
      if (state.get(top.key) === 'done') {
        stack.pop();
        continue;
      }
      top.needs = needsOf(top);
      state.set(top.key, 'open');
    }
    const need = top.needs[top.next++];
    if (need === undefined) {
      state.set(top.key, 'done');
      order.push(top.key);
      stack.pop();
    } else if (state.get(need) === 'open') {
      throw problem(`a cycle through ${need}`);
    } else if (state.get(need) !== 'done') {
      stack.push({ key: need, reader: top.key, next: 0 });
    }
  }
  return order;
}
