import { PictorError } from '../../errors.ts';

interface Range {
  readonly type: string;
  readonly quality: number;
}

/**
 * Which of the offered media types the client likes best (RFC 9110, section 12.5.1).
 *
 * @param header the `Accept` header; absent or empty means anything
 * @param offers media types, preferred first
 * @returns one of `offers`
 * @throws NOT_ACCEPTABLE
 * @example
 * preferredType('image/*', ['application/json', 'image/jpeg']); // 'image/jpeg'
 */
export function preferredType(header: string | null, offers: readonly string[]): string {
  const ranges = parse(header ?? '');
  const [first] = offers;
  if (first === undefined) throw new PictorError('NOT_ACCEPTABLE');
  if (ranges.length === 0) return first;
  let best: { readonly offer: string; readonly quality: number } | undefined;
  for (const offer of offers) {
    const quality = qualityOf(offer, ranges);
    if (quality > 0 && (best === undefined || quality > best.quality)) best = { offer, quality };
  }
  if (best === undefined) {
    throw new PictorError('NOT_ACCEPTABLE', {
      expected: `an Accept header with ${offers.join(' or ')}`,
      received: (header ?? '').slice(0, 100),
    });
  }
  return best.offer;
}

function parse(header: string): Range[] {
  return header
    .split(',')
    .map((part) => {
      const [type = '', ...parameters] = part.split(';').map((word) => word.trim().toLowerCase());
      const q = parameters.find((parameter) => parameter.startsWith('q='));
      const quality = q === undefined ? 1 : Number(q.slice(2));
      return { type, quality: Number.isFinite(quality) ? quality : 1 };
    })
    .filter((range) => range.type !== '');
}

/** The most specific range decides, whatever its quality. */
function qualityOf(offer: string, ranges: readonly Range[]): number {
  const family = `${offer.split('/')[0]}/*`;
  for (const wanted of [offer, family, '*/*']) {
    const range = ranges.find(({ type }) => type === wanted);
    if (range !== undefined) return range.quality;
  }
  return 0;
}
