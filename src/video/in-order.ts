/**
 * Work on frames side by side, results in their order.
 *
 * @module
 */

/**
 * Works on several items at a time and gives the results in the order of the items. Reads on only while there is room,
 * so that memory stays bounded and a recording waits for its reader.
 *
 * @param ahead items under way, at least 1
 * @param work gets each item as it comes
 */
export async function* inOrder<Item, Result>(
  items: AsyncIterable<Item>,
  ahead: number,
  work: (item: Item) => Promise<Result>,
): AsyncGenerator<{ readonly item: Item; readonly result: Result }, void> {
  const iterator = items[Symbol.asyncIterator]();
  const line: Promise<{ readonly item: Item; readonly result: Result } | undefined>[] = [];
  let reading: Promise<IteratorResult<Item>> | undefined;
  let ended = false;
  try {
    for (;;) {
      while (!ended && line.length < ahead) {
        reading ??= iterator.next();
        // While something is under way, its end comes before another item that is not there yet.
        const next = line[0]
          ? await Promise.race([
              reading,
              line[0].then(
                () => undefined,
                () => undefined,
              ),
            ])
          : await reading;
        if (!next) break;
        reading = undefined;
        if (next.done) {
          ended = true;
          break;
        }
        const item = next.value;
        const job = work(item).then((result) => ({ item, result }));
        // It is awaited in its turn; until then a failure is not unhandled.
        job.catch(() => {});
        line.push(job);
      }
      const first = line.shift();
      if (!first) return;
      const done = await first;
      if (done) yield done;
    }
  } finally {
    await Promise.allSettled(line);
    await iterator.return?.();
  }
}
