/**
 * Something that is made once for all callers, and again after a failure: no failure is remembered.
 *
 * @param make what may fail now and work later
 */
export function retried<Value>(make: () => Promise<Value>): () => Promise<Value> {
  let made: Promise<Value> | undefined;
  return () => {
    made ??= make().catch((error: unknown) => {
      made = undefined;
      throw error;
    });
    return made;
  };
}
