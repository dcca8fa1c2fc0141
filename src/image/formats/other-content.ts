const TEXT_SAMPLE = 512;

/** First bytes of files that people take for pictures, or send by mistake. */
const BEGINNINGS: readonly (readonly [start: string, at: number, name: string])[] = [
  ['ftyphei', 4, 'a HEIC picture'],
  ['ftyphev', 4, 'a HEIC picture'],
  ['ftypmif1', 4, 'a HEIF picture'],
  ['ftyp', 4, 'a video (MP4 or QuickTime)'],
  ['\x1a\x45\xdf\xa3', 0, 'a video (WebM or Matroska)'],
  ['AVI ', 8, 'a video (AVI)'],
  ['%PDF', 0, 'a PDF document'],
  ['PK\x03\x04', 0, 'a ZIP archive'],
  ['\xff\x0a', 0, 'a JPEG XL picture'],
  ['\0\0\0\x0cJXL ', 0, 'a JPEG XL picture'],
  ['8BPS', 0, 'a Photoshop document'],
];

/**
 * What bytes are that are no picture Pictor decodes, for an error message.
 *
 * @returns undefined where nothing can be told
 */
export function otherContent(bytes: Uint8Array): string | undefined {
  const head = Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(bytes.byteLength, TEXT_SAMPLE));
  const start = head.toString('latin1');
  const known = BEGINNINGS.find(([beginning, at]) => start.startsWith(beginning, at));
  if (known) return known[2];
  if (/<svg[\s>]/.test(start)) return 'an SVG drawing';
  if (/^\s*<(!doctype html|html)/i.test(start)) return 'a web page';
  return isText(head) ? 'text' : undefined;
}

/** Without control characters but those of text. */
function isText(head: Uint8Array): boolean {
  return head.every((byte) => byte >= 0x20 || byte === 0x09 || byte === 0x0a || byte === 0x0d);
}
