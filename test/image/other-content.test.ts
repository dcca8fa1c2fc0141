import { expect, test } from 'vitest';
import { inspectPicture } from '../../src/image/inspect.ts';

const bytes = (text: string) => Buffer.from(text, 'latin1');

test.each([
  ['a HEIC picture', bytes('\0\0\0\x18ftypheic\0\0\0\0mif1heic')],
  ['a video (MP4 or QuickTime)', bytes('\0\0\0\x18ftypisom\0\0\x02\0isomiso2')],
  ['a video (WebM or Matroska)', bytes('\x1a\x45\xdf\xa3\x9f\x42\x86\x81')],
  ['a video (AVI)', bytes('RIFF\x24\0\0\0AVI LIST')],
  ['a PDF document', bytes('%PDF-1.7\n%\xe2\xe3')],
  ['an SVG drawing', bytes('<?xml version="1.0"?>\n<svg xmlns="http://www.w3.org/2000/svg"/>')],
  ['a web page', bytes('<!DOCTYPE html><title>404</title>')],
  ['text', Buffer.from('只是文字\n')],
])('what is no picture is called %s', async (name, content) => {
  await expect(inspectPicture(content)).rejects.toMatchObject({
    code: 'IMAGE_FORMAT_UNSUPPORTED',
    details: { received: name },
  });
});

test('nothing is claimed of bytes that look like nothing', async () => {
  await expect(inspectPicture(Uint8Array.of(1, 2, 3, 0, 255))).rejects.toMatchObject({
    message: 'The picture has no supported format: expected JPEG, PNG, WebP, GIF, TIFF, AVIF or BMP.',
  });
});
