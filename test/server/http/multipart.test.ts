import { readFile } from 'node:fs/promises';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readMultipart } from '../../../src/server/http/multipart.ts';
import { dataPath, describeWithData } from '../../support/data.ts';
import { jsonOf, openApp, picture } from '../support.ts';

const TYPE = 'multipart/form-data; boundary=0f9a5d5c-41a7-4a3c-8a55-2c1f3c0a1111';

describeWithData('forms as clients send them', () => {
  test.each(['control', 'dotnet', 'escquote', 'nospace', 'postman-cn', 'preamble'])(
    'mp-%s.bin',
    async (name) => {
      const body = await readFile(dataPath('faults', `mp-${name}.bin`));
      const { send } = await openApp();
      const response = await send('/v1/classify', {
        method: 'POST',
        headers: { 'content-type': TYPE },
        body,
      });
      expect(response.status).toBe(200);
      const parts = readMultipart(body, TYPE);
      const sent = parts.find(({ file }) => file);
      expect(Buffer.from(sent?.bytes ?? []).equals(await readFile(dataPath('faults', 'ok.jpg')))).toBe(true);
    },
  );
});

const red = await picture('red');

/** A form by hand: lines, and the picture where `PICTURE` stands. */
function form(text: string, content: Uint8Array = red): Buffer {
  const [before = '', after = ''] = text.split('PICTURE');
  return Buffer.concat([Buffer.from(before, 'utf8'), content, Buffer.from(after, 'utf8')]);
}

const HEAD = 'Content-Disposition: form-data; name="picture"; filename="a.jpg"';

/** What siblings of those clients send, by who does. */
const SIBLINGS: (readonly [name: string, body: Buffer, type?: string])[] = [
  ['line feeds alone, of a shell script', form(`--x\n${HEAD}\n\nPICTURE\n--x--\n`)],
  ['no line break after the last boundary', form(`--x\r\n${HEAD}\r\n\r\nPICTURE\r\n--x--`)],
  ['an epilogue', form(`--x\r\n${HEAD}\r\n\r\nPICTURE\r\n--x--\r\nbye\r\n--x\r\n`)],
  ['blanks after the boundary', form(`--x \t\r\n${HEAD}\r\n\r\nPICTURE\r\n--x--\r\n`)],
  [
    'a folded header',
    form(
      '--x\r\nContent-Disposition: form-data;\r\n name="picture";\r\n\tfilename="a.jpg"\r\n\r\nPICTURE\r\n--x--\r\n',
    ),
  ],
  [
    'headers in capitals',
    form(
      '--x\r\nCONTENT-DISPOSITION: FORM-DATA; NAME="picture"; FILENAME="a.jpg"\r\n\r\nPICTURE\r\n--x--\r\n',
    ),
  ],
  [
    'names without quotes',
    form('--x\r\nContent-Disposition: form-data; name=picture; filename=a.jpg\r\n\r\nPICTURE\r\n--x--\r\n'),
  ],
  [
    'a name in RFC 8187',
    form(
      "--x\r\nContent-Disposition: form-data; name*=utf-8''picture; filename*=utf-8''%E7%85%A7%E7%89%87.jpg\r\n\r\nPICTURE\r\n--x--\r\n",
    ),
  ],
  [
    'a Chinese file name as it is',
    form(
      '--x\r\nContent-Disposition: form-data; name="picture"; filename="照片.jpg"\r\n\r\nPICTURE\r\n--x--\r\n',
    ),
  ],
  [
    'a semicolon in the file name',
    form(
      '--x\r\nContent-Disposition: form-data; name="picture"; filename="a;b=c.jpg"\r\n\r\nPICTURE\r\n--x--\r\n',
    ),
  ],
  [
    'a file without a name',
    form('--x\r\nContent-Disposition: form-data; filename="a.jpg"\r\n\r\nPICTURE\r\n--x--\r\n'),
  ],
  [
    'a content type and nothing else',
    form('--x\r\nContent-Type: image/jpeg\r\n\r\nPICTURE\r\n--x--\r\n'),
    'multipart/related; boundary=x',
  ],
  [
    'binary, said as Java does',
    form(`--x\r\n${HEAD}\r\nContent-Transfer-Encoding: binary\r\n\r\nPICTURE\r\n--x--\r\n`),
  ],
  [
    'base64 parts',
    form(
      `--x\r\n${HEAD}\r\nContent-Transfer-Encoding: base64\r\n\r\nPICTURE\r\n--x--\r\n`,
      Buffer.from(red.toString('base64').replace(/.{76}/g, '$&\r\n')),
    ),
  ],
  [
    'a quoted boundary',
    form(`--a b:c\r\n${HEAD}\r\n\r\nPICTURE\r\n--a b:c--\r\n`),
    'multipart/form-data; charset=utf-8; Boundary="a b:c"',
  ],
  [
    'a boundary that the header leaves out',
    form(`--x\r\n${HEAD}\r\n\r\nPICTURE\r\n--x--\r\n`),
    'multipart/form-data',
  ],
  [
    'a file field that nobody filled in',
    form(
      `--x\r\nContent-Disposition: form-data; name="other"; filename=""\r\nContent-Type: application/octet-stream\r\n\r\n\r\n--x\r\n${HEAD}\r\n\r\nPICTURE\r\n--x--\r\n`,
    ),
  ],
];

test.each(SIBLINGS.map(([name, body, type = 'multipart/form-data; boundary=x']) => ({ name, body, type })))(
  '$name',
  async ({ body, type }) => {
    const { send } = await openApp();
    const response = await send('/v1/classify', { method: 'POST', headers: { 'content-type': type }, body });
    expect(await response.text()).toMatch(/"red"/);
    expect(response.status).toBe(200);
  },
);

describe('a form that is none', () => {
  test.each([
    ['stops before its last boundary', form(`--x\r\n${HEAD}\r\n\r\nPICTURE`)],
    [
      'is in an encoding that nobody uses',
      form(`--x\r\n${HEAD}\r\nContent-Transfer-Encoding: x-uue\r\n\r\nPICTURE\r\n--x--\r\n`),
    ],
    ['has no boundary', form('PICTURE')],
  ])('%s', async (_, body) => {
    const { send } = await openApp();
    const headers = { 'content-type': 'multipart/form-data; boundary=x' };
    const response = await send('/v1/classify', { method: 'POST', headers, body });
    expect(response.status).toBe(400);
    expect(await jsonOf(response)).toMatchObject({ error: { code: 'BODY_INVALID' } });
  });
});

test('whatever bytes a form holds come out as they went in', () => {
  fc.assert(
    fc.property(
      fc.array(fc.uint8Array({ maxLength: 200 }), { minLength: 1, maxLength: 5 }),
      fc.constantFrom('\r\n', '\n'),
      (contents, line) => {
        const boundary = 'b0undary-that-no-content-has';
        const parts = contents.flatMap((content, i) => [
          Buffer.from(
            `--${boundary}${line}Content-Disposition: form-data; name="f${i}"; filename="f"${line}${line}`,
          ),
          content,
          Buffer.from(line),
        ]);
        const body = Buffer.concat([...parts, Buffer.from(`--${boundary}--${line}`)]);
        const read = readMultipart(body, `multipart/form-data; boundary=${boundary}`);
        // Before a lone line feed a carriage return at the end of the content cannot be told from the line's own.
        const told = contents.filter((content) => line === '\r\n' || content.at(-1) !== 0x0d);
        fc.pre(told.length === contents.length);
        expect(read.map(({ bytes }) => Buffer.from(bytes))).toEqual(
          contents.map((content) => Buffer.from(content)),
        );
      },
    ),
  );
});

test('no bytes make it throw anything else, or hang', () => {
  const bits = fc.constantFrom(
    '--x',
    '--x--',
    '\r\n',
    '\n',
    ': ',
    'Content-Disposition',
    'form-data; name=',
    '"',
    '\\',
    '\0',
    'a',
  );
  fc.assert(
    fc.property(fc.array(bits, { maxLength: 60 }), (pieces) => {
      try {
        readMultipart(Buffer.from(pieces.join('')), 'multipart/form-data; boundary=x');
      } catch (error) {
        expect(error).toMatchObject({ code: 'BODY_INVALID' });
      }
    }),
  );
});
