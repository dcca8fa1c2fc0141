import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { fetchPicture } from '../../src/image/sources/fetch/fetch-picture.ts';
import type { FetchOptions } from '../../src/image/sources/fetch/guarded-fetch.ts';
import { isPublicAddress } from '../../src/image/sources/fetch/public-address.ts';
import { readSource } from '../../src/image/sources/read-source.ts';

const PICTURE = Buffer.from('bytes of a picture');

const cleanUps: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0)) await cleanUp();
});

/** A server on loopback, and the options that admit it. */
async function serve(handler: (request: IncomingMessage, response: ServerResponse) => void) {
  const requests: string[] = [];
  const server = createServer((request, response) => {
    requests.push(request.url ?? '');
    handler(request, response);
  });
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
  cleanUps.push(async () => {
    server.closeAllConnections();
    await new Promise((done) => server.close(done));
  });
  const { port } = server.address() as AddressInfo;
  const options: FetchOptions = { ports: [port], allow: (address) => address === '127.0.0.1' };
  return { origin: `http://127.0.0.1:${port}`, port, options, requests };
}

describe('isPublicAddress', () => {
  it.each([
    '0.0.0.0',
    '10.1.2.3',
    '100.64.0.1',
    '100.100.100.200',
    '127.0.0.1',
    '127.9.9.9',
    '168.63.129.16',
    '169.254.169.254',
    '169.254.0.23',
    '172.16.0.1',
    '172.31.255.255',
    '192.0.0.192',
    '192.0.2.1',
    '192.168.1.1',
    '198.18.0.1',
    '224.0.0.1',
    '240.0.0.1',
    '255.255.255.255',
    '::',
    '::1',
    '::127.0.0.1',
    '::ffff:127.0.0.1',
    '::ffff:8.8.8.8',
    '64:ff9b::a9fe:a9fe',
    '64:ff9b:1::1',
    '100::1',
    '2001::1',
    '2001:db8::1',
    '2002:7f00:1::',
    '3fff::1',
    'fc00::1',
    'fd00:ec2::254',
    'fe80::1',
    'fe80::1%eth0',
    'fec0::1',
    'ff02::1',
    '4000::1',
    'example.com',
    '',
  ])('refuses %j', (address) => expect(isPublicAddress(address)).toBe(false));

  it.each(['1.1.1.1', '8.8.8.8', '172.32.0.1', '93.184.215.14', '2606:4700:4700::1111', '2a00:1450::1'])(
    'admits %s',
    (address) => expect(isPublicAddress(address)).toBe(true),
  );
});

describe('fetchPicture', () => {
  it('gives the bytes', async () => {
    const { origin, options } = await serve((_, response) => response.end(PICTURE));
    expect(Buffer.from(await fetchPicture(`${origin}/a.jpg`, options)).equals(PICTURE)).toBe(true);
  });

  it('is what readSource does with a URL once that is switched on', async () => {
    const { origin, options } = await serve((_, response) => response.end(PICTURE));
    const bytes = await readSource(new URL(`${origin}/a.jpg`), { urls: options });
    expect(Buffer.from(bytes).equals(PICTURE)).toBe(true);
    await expect(readSource(`${origin}/a.jpg`, { urls: true })).rejects.toMatchObject({
      code: 'IMAGE_URL_FORBIDDEN',
    });
  });

  it('follows redirects, relative ones too, a bounded number of times', async () => {
    const { origin, options } = await serve((request, response) => {
      const left = Number(request.url?.slice(1));
      if (left === 0) response.end(PICTURE);
      else response.writeHead(302, { location: `/${left - 1}` }).end('moved');
    });
    expect(Buffer.from(await fetchPicture(`${origin}/3`, options)).equals(PICTURE)).toBe(true);
    await expect(fetchPicture(`${origin}/4`, options)).rejects.toMatchObject({ code: 'IMAGE_URL_FAILED' });
  });
});

describe('fetchPicture refuses', () => {
  it.each([
    'http://127.0.0.1/',
    'http://127.1/',
    'http://0x7f000001/',
    'http://2130706433/',
    'http://0/',
    'http://localhost/',
    'http://[::1]/',
    'http://[::ffff:127.0.0.1]/',
    'http://[::ffff:a9fe:a9fe]/',
    'http://[64:ff9b::7f00:1]/',
    'http://[fd00:ec2::254]/latest/meta-data/',
    'http://169.254.169.254/latest/meta-data/',
    'http://100.100.100.200/',
    'http://10.0.0.1/',
    'https://192.168.0.1/',
    'http://user:secret@example.com/',
    'http://example.com:22/',
    'http://example.com:8080/',
    'ftp://example.com/',
    'file:///etc/passwd',
    'data:text/plain,hello',
    'gopher://example.com/',
    'not an address',
    '/etc/passwd',
    '',
  ])('%j', (url) => expect(fetchPicture(url)).rejects.toMatchObject({ code: 'IMAGE_URL_FORBIDDEN' }));

  it('a name of which any address is not public', async () => {
    const { port, requests } = await serve((_, response) => response.end(PICTURE));
    const resolve = async () => [
      { address: '93.184.215.14', family: 4 },
      { address: '127.0.0.1', family: 4 },
    ];
    await expect(
      fetchPicture(`http://rebind.example:${port}/`, { ports: [port], resolve }),
    ).rejects.toMatchObject({ code: 'IMAGE_URL_FORBIDDEN' });
    expect(requests).toEqual([]);
  });

  it('to resolve a second time: what was checked is what is connected to', async () => {
    const { port, options } = await serve((_, response) => response.end(PICTURE));
    let asked = 0;
    const resolve = async () => {
      asked += 1;
      return [{ address: '127.0.0.1', family: 4 }];
    };
    const bytes = await fetchPicture(`http://pictures.example:${port}/`, { ...options, resolve });
    expect(Buffer.from(bytes).equals(PICTURE)).toBe(true);
    expect(asked).toBe(1);
  });

  it('a redirect to an address that is not public', async () => {
    const { origin, options, requests } = await serve((_, response) =>
      response.writeHead(302, { location: 'http://169.254.169.254/latest/meta-data/' }).end(),
    );
    const bounds = { ...options, ports: [...(options.ports ?? []), 80] };
    await expect(fetchPicture(origin, bounds)).rejects.toMatchObject({ code: 'IMAGE_URL_FORBIDDEN' });
    expect(requests).toEqual(['/']);
  });

  it('a redirect to a name that resolves to an inner address, without naming the address', async () => {
    const { port, options } = await serve((_, response) =>
      response.writeHead(301, { location: `http://inner.example:${port}/` }).end(),
    );
    const resolve = async (name: string) => [
      { address: name === 'inner.example' ? '10.2.3.4' : '127.0.0.1', family: 4 },
    ];
    const error: unknown = await fetchPicture(`http://outer.example:${port}/`, { ...options, resolve }).catch(
      (thrown: unknown) => thrown,
    );
    expect(error).toMatchObject({ code: 'IMAGE_URL_FORBIDDEN' });
    expect(String(error)).not.toContain('10.2.3.4');
  });

  it('a redirect to another scheme', async () => {
    const { origin, options } = await serve((_, response) =>
      response.writeHead(302, { location: 'file:///etc/passwd' }).end(),
    );
    await expect(fetchPicture(origin, options)).rejects.toMatchObject({ code: 'IMAGE_URL_FORBIDDEN' });
  });
});

describe('fetchPicture fails', () => {
  it.each([400, 404, 500, 204, 304])('on HTTP status %i', async (status) => {
    const { origin, options } = await serve((_, response) => response.writeHead(status).end());
    await expect(fetchPicture(origin, options)).rejects.toMatchObject({ code: 'IMAGE_URL_FAILED' });
  });

  it('on a body that says it is too large, before reading it', async () => {
    const { origin, options } = await serve((_, response) =>
      response.writeHead(200, { 'content-length': '1000000' }).write('x'),
    );
    await expect(fetchPicture(origin, { ...options, limits: { maxBytes: 1000 } })).rejects.toMatchObject({
      code: 'IMAGE_TOO_LARGE',
    });
  });

  it('on a body that turns out too large', async () => {
    const { origin, options } = await serve((_, response) => {
      const timer = setInterval(() => response.write(Buffer.alloc(500)), 1);
      response.on('close', () => clearInterval(timer));
    });
    await expect(fetchPicture(origin, { ...options, limits: { maxBytes: 5000 } })).rejects.toMatchObject({
      code: 'IMAGE_TOO_LARGE',
    });
  });

  it('on an empty body', async () => {
    const { origin, options } = await serve((_, response) => response.end());
    await expect(fetchPicture(origin, options)).rejects.toMatchObject({ code: 'IMAGE_EMPTY' });
  });

  it('on a cut connection', async () => {
    const { origin, options } = await serve((_, response) => {
      response.writeHead(200, { 'content-length': '1000' });
      response.write('x', () => response.destroy());
    });
    await expect(fetchPicture(origin, options)).rejects.toMatchObject({ code: 'IMAGE_URL_FAILED' });
  });

  it.each(['before the head', 'within the body'])('when the server falls silent %s', async (when) => {
    const { origin, options } = await serve((_, response) => {
      if (when === 'within the body') response.writeHead(200).write('x');
    });
    await expect(fetchPicture(origin, { ...options, timeoutMs: 150 })).rejects.toMatchObject({
      code: 'IMAGE_URL_FAILED',
    });
  });

  it('when nobody listens', async () => {
    const { origin, options } = await serve(() => {});
    for (const cleanUp of cleanUps.splice(0)) await cleanUp();
    await expect(fetchPicture(origin, options)).rejects.toMatchObject({ code: 'IMAGE_URL_FAILED' });
  });

  it('when the name does not exist', () =>
    expect(
      fetchPicture('http://nowhere.example/', {
        resolve: async () => {
          throw Object.assign(new Error('getaddrinfo ENOTFOUND'), { code: 'ENOTFOUND' });
        },
      }),
    ).rejects.toMatchObject({ code: 'IMAGE_URL_FAILED', retryable: true }));

  it('when the caller gives up', async () => {
    const controller = new AbortController();
    const { origin, options } = await serve(() => controller.abort());
    await expect(fetchPicture(origin, { ...options, signal: controller.signal })).rejects.toMatchObject({
      code: 'ABORTED',
    });
  });
});
