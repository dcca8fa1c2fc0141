import { expect, test } from 'vitest';
import { picture } from '../server/support.ts';
import { connectTo, pause, SECRET, type Seen, startVictim, type Victim } from './victim.ts';

const MIB = 1024 * 1024;
const red = await picture('red');

/** Alive, quick and as slim as before. */
function expectUnharmed(victim: Victim, seen: Seen, name = ''): void {
  const megabytes = [seen.before, seen.peak, seen.after].map((bytes) => Math.round(bytes / MIB));
  const said = `${name} ${Math.round(seen.slowestMs)} ms, ${megabytes.join(' → ')} MiB`;
  expect(victim.alive(), said).toBe(true);
  expect(seen.failures, said).toBe(0);
  expect(seen.answers, said).toBeGreaterThan(0);
  expect(seen.slowestMs, said).toBeLessThan(250);
  expect(seen.after, said).toBeLessThan(seen.before * 1.2);
}

async function post(
  victim: Victim,
  path: string,
  body: string | Uint8Array,
  headers: Record<string, string>,
) {
  const response = await fetch(`${victim.url}${path}`, { method: 'POST', body, headers });
  return { status: response.status, text: await response.text() };
}

const FORM = { 'content-type': 'application/x-www-form-urlencoded' };
const JSON_TYPE = { 'content-type': 'application/json' };

const numbered = (bytes: number, item: (i: number) => string, separator: string) => {
  const items: string[] = [];
  for (let length = 0, i = 0; length < bytes; i++) {
    const text = item(i);
    items.push(text);
    length += text.length + separator.length;
  }
  return items.join(separator);
};

/** Bodies that are small for what they ask of a parser. */
const BODIES: readonly {
  readonly name: string;
  readonly path: string;
  readonly body: () => string | Uint8Array;
  readonly headers: Record<string, string>;
}[] = [
  {
    name: 'a form of small fields',
    path: '/',
    body: () => numbered(15.8 * MIB, (i) => `${i}=`, '&'),
    headers: FORM,
  },
  {
    name: 'a form of list items',
    path: '/',
    body: () => numbered(350_000, (i) => `A.${i}=`, '&'),
    headers: FORM,
  },
  { name: 'a form of escapes', path: '/', body: () => `A=${'%41'.repeat(5 * MIB)}`, headers: FORM },
  { name: 'a form of one name', path: '/', body: () => 'A'.repeat(15 * MIB), headers: FORM },
  {
    name: 'a form for the native route',
    path: '/image',
    body: () => numbered(30 * MIB, () => '1=', '&'),
    headers: FORM,
  },
  {
    name: 'a list of empty pictures',
    path: '/image',
    body: () => `{"picture":[${numbered(27 * MIB, () => '""', ',')}]}`,
    headers: JSON_TYPE,
  },
  {
    name: 'JSON of small members',
    path: '/image',
    body: () => `{${numbered(31 * MIB, (i) => `"${i}":0`, ',')}}`,
    headers: JSON_TYPE,
  },
  {
    name: 'JSON of lists in lists',
    path: '/image',
    body: () => `{"picture":${'['.repeat(30 * MIB)}`,
    headers: JSON_TYPE,
  },
  {
    name: 'JSON of escaped quotes',
    path: '/image',
    body: () => `{"picture":"${'\\"'.repeat(15 * MIB)}"}`,
    headers: JSON_TYPE,
  },
  {
    name: 'a data URL of escapes',
    path: '/image',
    body: () => JSON.stringify({ picture: `data:,${'%41'.repeat(9 * MIB)}` }),
    headers: JSON_TYPE,
  },
  {
    name: 'base64 with blanks',
    path: '/image',
    body: () => 'A '.repeat(12 * MIB),
    headers: { 'content-type': 'text/plain' },
  },
  { name: 'blanks alone', path: '/image', body: () => ' '.repeat(31 * MIB), headers: {} },
  {
    name: 'a form of empty parts',
    path: '/image',
    body: () => '--x\r\nContent-Disposition: form-data; name="a"\r\n\r\n\r\n'.repeat(500_000),
    headers: { 'content-type': 'multipart/form-data; boundary=x' },
  },
  {
    name: 'parts that nearly end',
    path: '/image',
    body: () => `--xy\r\n${'\r\n--x'.repeat(5 * MIB)}`,
    headers: { 'content-type': 'multipart/form-data; boundary=xy' },
  },
  {
    name: 'Google features',
    path: '/v1/images:annotate',
    body: () => `{"requests":[{"features":[${numbered(9 * MIB, () => '{}', ',')}]}]}`,
    headers: JSON_TYPE,
  },
  {
    name: 'Rekognition members',
    path: '/',
    body: () => `{${numbered(7 * MIB, (i) => `"${i}":0`, ',')}}`,
    headers: {
      'x-amz-target': 'RekognitionService.DetectLabels',
      'content-type': 'application/x-amz-json-1.1',
    },
  },
  {
    name: 'Huawei members',
    path: '/v2/p/image/tagging',
    body: () => `{${numbered(10 * MIB, (i) => `"${i}":0`, ',')}}`,
    headers: JSON_TYPE,
  },
  {
    name: 'empty BYTES elements',
    path: '/v2/models/colours/infer',
    body: () => {
      const head = JSON.stringify({
        inputs: [{ name: 'x', datatype: 'BYTES', shape: [1], parameters: { binary_data_size: 30 * MIB } }],
      });
      return Buffer.concat([Buffer.from(head), Buffer.alloc(30 * MIB)]);
    },
    headers: { 'inference-header-content-length': '96' },
  },
  {
    name: 'tensor values',
    path: '/v2/models/colours/infer',
    body: () =>
      `{"inputs":[{"name":"x","datatype":"FP32","shape":[1],"data":[${numbered(30 * MIB, () => '0', ',')}]}]}`,
    headers: JSON_TYPE,
  },
];

test('bodies that cost more than their bytes are refused as the client’s mistake', async () => {
  const victim = await startVictim();
  for (const { name, path, body, headers } of BODIES) {
    const sent = body();
    const seen = await victim.during(async () => {
      for (let i = 0; i < 2; i++) {
        const answer = await post(victim, path, sent, headers);
        // Tencent's clients want 200 whatever it says.
        expect(answer.text, name).not.toMatch(/INTERNAL|InternalError/);
        expect(answer.status, name).toBeLessThan(500);
        if (path !== '/') expect(answer.status, name).toBeGreaterThanOrEqual(400);
      }
    });
    expectUnharmed(victim, seen, name);
  }
  expect((await post(victim, '/image', red, { 'content-type': 'image/jpeg' })).status).toBe(200);
});

test('with keys nothing of a body is parsed for a stranger', async () => {
  const victim = await startVictim({ keys: true });
  for (const { name, path, body, headers } of BODIES) {
    const sent = body();
    const seen = await victim.during(() => post(victim, path, sent, headers).catch(() => undefined));
    expectUnharmed(victim, seen, name);
  }
  const headers = { 'content-type': 'image/jpeg', 'x-api-key': SECRET };
  expect((await post(victim, '/image', red, headers)).status).toBe(200);
});

test('many large bodies at once are bounded together', async () => {
  const victim = await startVictim();
  const base64 = JSON.stringify({ picture: 'A'.repeat(20 * MIB) });
  const raw = Buffer.alloc(19 * MIB, 0xff);
  const statuses: number[] = [];
  const seen = await victim.during(() =>
    Promise.all(
      Array.from({ length: 16 }, async (_, i) => {
        const [body, headers] = i % 2 === 0 ? [base64, JSON_TYPE] : [raw, { 'content-type': 'image/jpeg' }];
        const answer = await post(victim, '/image', body, headers).catch(() => undefined);
        if (answer !== undefined) statuses.push(answer.status);
      }),
    ),
  );
  expect(statuses.filter((status) => ![413, 415, 422, 503].includes(status))).toEqual([]);
  expect(victim.alive()).toBe(true);
  expect(seen.failures).toBe(0);
});

test.each(['/openapi.json', '/docs', '/metrics', '/', '/web/icon.svg', '/v1/models', '/nothing-here'])(
  'a client that asks for %s again and again and reads nothing costs next to nothing',
  async (path) => {
    const victim = await startVictim({ models: ['colours'] });
    const asked = `GET ${path} HTTP/1.1\r\nHost: localhost\r\n\r\n`.repeat(500);
    const seen = await victim.during(async () => {
      const sockets = await Promise.all(Array.from({ length: 4 }, () => connectTo(victim)));
      for (let i = 0; i < 40; i++) {
        for (const socket of sockets)
          if (!socket.destroyed && socket.writableLength < MIB) socket.write(asked);
        await pause(50);
      }
      for (const socket of sockets) socket.destroy();
    });
    expect(seen.peak, `${seen.before} → ${seen.peak}`).toBeLessThan(seen.before + 64 * MIB);
    expectUnharmed(victim, seen);
  },
);

test('answers to requests sent without waiting come in their order', async () => {
  const victim = await startVictim({ models: ['colours'] });
  const socket = await connectTo(victim);
  let text = '';
  socket.setEncoding('utf8').on('data', (chunk: string) => {
    text += chunk;
  });
  const ids = Array.from({ length: 300 }, (_, i) => `request-${i}`);
  socket.write(
    ids.map((id) => `GET /healthz HTTP/1.1\r\nHost: localhost\r\nX-Request-Id: ${id}\r\n\r\n`).join(''),
  );
  while ((text.match(/x-request-id: /gi) ?? []).length < ids.length) await pause(20);
  expect([...text.matchAll(/x-request-id: (\S+)/gi)].map(([, id]) => id)).toEqual(ids);
});
