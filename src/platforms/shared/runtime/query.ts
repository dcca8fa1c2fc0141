/**
 * Query maps of platforms into query strings.
 *
 * @module
 */

/** One value or several for each name. */
export type QueryMap = Readonly<Record<string, unknown>>;

/**
 * A map of decoded values.
 *
 * @returns without the question mark
 */
export function encodeQuery(map: QueryMap | string | null | undefined): string {
  if (typeof map === 'string') return map.replace(/^\?/, '');
  const query = new URLSearchParams();
  for (const [name, value] of pairs(map)) query.append(name, value);
  return query.toString();
}

/** A map of values that are still encoded, as AWS's load balancer has it. */
export function joinQuery(map: QueryMap | null | undefined): string {
  return pairs(map)
    .map(([name, value]) => (value === '' ? name : `${name}=${value}`))
    .join('&');
}

function pairs(map: QueryMap | null | undefined): [name: string, value: string][] {
  return Object.entries(map ?? {}).flatMap(([name, value]) =>
    (Array.isArray(value) ? value : [value])
      .filter((one: unknown) => one !== undefined && one !== null && typeof one !== 'object')
      .map((one: unknown): [string, string] => [name, String(one)]),
  );
}
