/**
 * Damages parsed JSON in ways that hurt readers: hostile numbers, lost keys, wrong types, things that come twice.
 *
 * @module
 */

const HOSTILE: readonly unknown[] = [
  -1,
  0,
  1,
  0.5,
  3,
  2 ** 31 - 1,
  2 ** 31,
  2 ** 53,
  1e308,
  null,
  true,
  '',
  'N',
  '2147483647',
  '-1',
  '../../etc/passwd',
  '__proto__',
  [],
  {},
  [[[[]]]],
  Array(5000).fill(1),
];

type Slot = { readonly holder: Record<string, unknown> | unknown[]; readonly key: string | number };

/**
 * A damaged copy.
 *
 * @param value parsed JSON
 * @param next gives whole numbers from 0 up to, but not including, its argument
 * @param changes how many
 */
export function damageJson(value: unknown, next: (below: number) => number, changes: number): unknown {
  const copy: unknown = structuredClone(value);
  for (let n = 0; n < changes; n++) {
    const slot = pickSlot(copy, next);
    if (slot) change(slot, next, copy);
  }
  return copy;
}

/** Walks down at random, so that what lies high is hit as often as what lies deep. */
function pickSlot(root: unknown, next: (below: number) => number): Slot | undefined {
  let found: Slot | undefined;
  let at = root;
  while (typeof at === 'object' && at !== null) {
    const holder = Array.isArray(at) ? at : toRecord(at);
    const keys = Array.isArray(holder) ? [...holder.keys()] : Object.keys(holder);
    const key = keys[next(Math.max(1, keys.length))];
    if (key === undefined) break;
    found = { holder, key };
    if (next(6) === 0) break;
    at = get(found);
  }
  return found;
}

function change(slot: Slot, next: (below: number) => number, root: unknown): void {
  const other = pickSlot(root, next);
  switch (next(4)) {
    case 0:
      if (Array.isArray(slot.holder)) slot.holder.splice(Number(slot.key), 1);
      else delete slot.holder[String(slot.key)];
      break;
    case 1:
      if (Array.isArray(slot.holder)) slot.holder.push(structuredClone(get(slot)));
      else set(slot, structuredClone(HOSTILE[next(HOSTILE.length)]));
      break;
    case 2:
      // A value from elsewhere: names that point at the wrong thing, and cycles.
      if (other) set(slot, structuredClone(get(other)));
      break;
    default:
      set(slot, structuredClone(HOSTILE[next(HOSTILE.length)]));
  }
}

function get({ holder, key }: Slot): unknown {
  return Array.isArray(holder) ? holder[Number(key)] : holder[String(key)];
}

function set({ holder, key }: Slot, value: unknown): void {
  if (Array.isArray(holder)) holder[Number(key)] = value;
  else holder[String(key)] = value;
}

/** The object itself, to be written to. */
function toRecord(value: object): Record<string, unknown> {
  return value as Record<string, unknown>;
}
