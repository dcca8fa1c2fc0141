/**
 * Looks a stranger's word up in a table. `table[name]` would find what every object inherits: `constructor`,
 * `__proto__`, `toString`.
 *
 * @param table a plain object
 * @param name as it was sent
 * @example
 * own({ a: 1 }, 'constructor'); // undefined
 */
export function own<Value>(table: Readonly<Record<string, Value>>, name: string): Value | undefined {
  return Object.hasOwn(table, name) ? table[name] : undefined;
}
