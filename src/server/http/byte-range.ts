/**
 * Reads a `Range` header with one range (RFC 9110, section 14.2). Several ranges, other units and nonsense count as no
 * range, as the specification allows.
 *
 * @param header of the request
 * @param size bytes of the whole
 * @returns first and last byte, `undefined` for the whole
 */
export function byteRange(
  header: string | null,
  size: number,
): { readonly start: number; readonly end: number } | 'unsatisfiable' | undefined {
  const match = /^bytes=(\d{0,15})-(\d{0,15})$/.exec(header ?? '');
  if (match === null) return undefined;
  const [, first = '', last = ''] = match;
  if (first === '' && last === '') return undefined;
  if (first === '') {
    const length = Math.min(Number(last), size);
    return length === 0 ? 'unsatisfiable' : { start: size - length, end: size - 1 };
  }
  const start = Number(first);
  const end = last === '' ? size - 1 : Math.min(Number(last), size - 1);
  if (start >= size) return 'unsatisfiable';
  return end < start ? undefined : { start, end };
}
