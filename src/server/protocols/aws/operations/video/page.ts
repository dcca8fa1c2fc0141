/**
 * Findings in order, page by page, without all of them in memory.
 *
 * @module
 */
import { VendorError } from '../../../shared/vendor-error.ts';

export type SortBy = 'NAME' | 'TIMESTAMP';

/** A place in the order: where equal times meet, the number of the finding decides. */
export interface Cursor {
  readonly name: string;
  /** Milliseconds. */
  readonly time: number;
  readonly number: number;
}

/** A finding and its place. */
export interface Sorted<Item> {
  readonly name: string;
  /** Milliseconds. */
  readonly time: number;
  readonly item: Item;
}

/**
 * The findings after a place.
 *
 * @param items sorted by time
 * @param after place of the last one of the page before
 * @returns `last` where there are more
 */
export async function pageOf<Item>(
  items: AsyncIterable<Sorted<Item>>,
  sortBy: SortBy,
  after: Cursor | undefined,
  most: number,
): Promise<{ readonly found: readonly Item[]; readonly last: Cursor | undefined }> {
  type Placed = Cursor & { readonly item: Item };
  const order = sortBy === 'NAME' ? byName : byTime;
  let page: Placed[] = [];
  let number = 0;
  for await (const { name, time, item } of items) {
    const placed = { name, time, number, item };
    number += 1;
    if (after && order(placed, after) <= 0) continue;
    page.push(placed);
    if (sortBy === 'TIMESTAMP' && page.length > most) break;
    if (page.length > 4 * most + 1000) page = page.sort(order).slice(0, most + 1);
  }
  page.sort(order);
  const found = page.slice(0, most);
  return { found: found.map(({ item }) => item), last: page.length > most ? found.at(-1) : undefined };
}

function byTime(a: Cursor, b: Cursor): number {
  return a.time - b.time || a.number - b.number;
}

function byName(a: Cursor, b: Cursor): number {
  return a.name < b.name ? -1 : a.name > b.name ? 1 : byTime(a, b);
}

/** A place as text for `NextToken`. */
export function writeToken({ name, time, number }: Cursor, ...request: readonly string[]): string {
  return Buffer.from(JSON.stringify([...request, time, number, name])).toString('base64url');
}

/** @throws VendorError `InvalidPaginationTokenException` for what is no token, or one of another order */
export function readToken(token: string, ...request: readonly string[]): Cursor {
  const value = jsonOf(Buffer.from(token, 'base64url').toString('utf8'));
  if (Array.isArray(value) && request.every((part, i) => value[i] === part)) {
    const [time, number, name]: unknown[] = value.slice(request.length);
    if (typeof time === 'number' && typeof number === 'number' && typeof name === 'string')
      return { time, number, name };
  }
  throw new VendorError('OPTION_INVALID', 'InvalidPaginationTokenException', {
    expected: 'a `NextToken` of the same request',
    received: token.slice(0, 40),
  });
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
