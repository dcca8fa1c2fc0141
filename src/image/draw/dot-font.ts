/**
 * A font of dots for machines without any font, such as most function platforms: printable ASCII in the 5×7 shapes that
 * character displays made common, with an eighth row for descenders.
 *
 * @module
 */

/** Five columns a character from space to `~`, two hexadecimal digits each; the lowest bit is the top row. */
const COLUMNS =
  '000000000000005f00000007000700147f147f14242a7f2a12231308646236495620500008070300001c2241000041221c00' +
  '2a1c7f1c2a08083e080800807030000808080808000060600020100804023e5149453e00427f400072494949462141494d33' +
  '1814127f1027454545393c4a49493141211109073649494936464949291e0000363600004034000000081422411414141414' +
  '004122140802015909063e415d594e7c1211127c7f494949363e414141227f4141413e7f494949417f090909013e41415173' +
  '7f0808087f00417f41002040413f017f081422417f404040407f021c027f7f0408107f3e4141413e7f090909063e4151215e' +
  '7f09192946264949493203017f01033f4040403f1f2040201f3f4038403f631408146303047804036159494d43007f414141' +
  '0204081020004141417f04020102044040404040000307080020545478407f284444383844444428384444287f3854545418' +
  '00087e090218a4a49c787f0804047800447d40002040403d007f1028440000417f40007c047804787c080404783844444438' +
  'fc1824241818242418fc7c08040408485454542404043f44243c4040207c1c2040201c3c4030403c44281028444c9090907c' +
  '4464544c440008364100000077000000413608000201020402';

const WIDTH = 5;
const FIRST = 0x20;
const LAST = 0x7e;

/** Rows of a line, with descenders. */
export const DOT_ROWS = 8;

/** Columns of a text: five a character and one between two. */
export function dotColumns(text: string): number {
  return Math.max(0, Array.from(text).length * (WIDTH + 1) - 1);
}

/**
 * The dots of a text as one SVG path, one unit each. Characters that the font lacks become question marks.
 *
 * @param text a single line
 */
export function dotPath(text: string): string {
  return dotsOf(text)
    .map((dots, x) => strokes(dots, x))
    .join('');
}

/**
 * The columns of dots of a text, a bit for each row, the lowest one the top. Characters that the font lacks become
 * question marks.
 *
 * @param text a single line
 */
export function dotsOf(text: string): number[] {
  const columns = Array.from(text).flatMap((character) => {
    const code = character.codePointAt(0) ?? 0;
    const glyph = (code >= FIRST && code <= LAST ? code : 0x3f) - FIRST;
    const own = Array.from({ length: WIDTH }, (_, column) => {
      const at = (glyph * WIDTH + column) * 2;
      return Number.parseInt(COLUMNS.slice(at, at + 2), 16);
    });
    return [...own, 0];
  });
  return columns.slice(0, -1);
}

function strokes(dots: number, x: number): string {
  let path = '';
  for (let y = 0; y < DOT_ROWS; y++) if ((dots & (1 << y)) !== 0) path += `M${x} ${y}h1v1h-1z`;
  return path;
}
