import { once } from 'node:events';
import { readdir, readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, onTestFinished, test, vi } from 'vitest';
import type { FetchOptions } from '../../../src/image/sources/fetch/guarded-fetch.ts';
import { jobAnswer } from '../../../src/server/api/schemas.ts';
import { dataPath } from '../../support/data.ts';
import { describeWithClips, ffmpeg, scratch } from '../../video/ffmpeg.ts';
import { openApp } from '../support.ts';

async function openVideoJobs() {
  const path = scratch();
  const { send } = await openApp({ jobs: { folder: path('jobs') } });
  const post = async (query: string, body: Uint8Array, type = 'video/mp4') =>
    send(`/v1/video${query}`, {
      method: 'POST',
      headers: { 'content-type': type },
      body: new Uint8Array(body),
    });
  const view = async (id: string) => jobAnswer.parse(await (await send(`/v1/jobs/${id}`)).json());
  const end = async (id: string) => {
    await vi.waitFor(async () => expect((await view(id)).state).toMatch(/done|failed/), {
      timeout: 60_000,
      interval: 100,
    });
    return view(id);
  };
  return { send, post, end, path };
}

describeWithClips('POST /v1/video', () => {
  test('a clip becomes a job with counts, boxes, a report and an annotated video', {
    timeout: 120_000,
  }, async () => {
    const { post, end, send } = await openVideoJobs();
    const lines = encodeURIComponent(JSON.stringify([{ name: 'middle', from: [0.5, 0], to: [0.5, 1] }]));
    const answer = await post(
      `?fps=2&annotate=true&lines=${lines}`,
      await readFile(dataPath('video', 'clips', 'walk.mkv')),
    );
    expect(answer.status).toBe(202);
    const { id, kind } = jobAnswer.parse(await answer.json());
    expect(kind).toBe('video');
    const job = await end(id);
    expect(job.error).toBeUndefined();
    expect(job.result).toMatchObject({
      task: 'detect',
      frames: 6,
      lines: [{ name: 'middle' }],
      state: { decoded: 89 },
    });
    expect(job.files.map(({ name }) => name)).toEqual(
      expect.arrayContaining(['annotated.mp4', 'boxes.jsonl', 'report.html']),
    );
    const boxes = await (await send(`/v1/jobs/${id}/files/boxes.jsonl`)).text();
    expect(boxes.trim().split('\n')).toHaveLength(6);
    const video = await send(`/v1/jobs/${id}/files/annotated.mp4`, { headers: { range: 'bytes=4-7' } });
    expect(video.status).toBe(206);
    expect(await video.text()).toBe('ftyp');
  });

  test('an animated GIF is moderated frame by frame', { timeout: 60_000 }, async () => {
    const { post, end, path } = await openVideoJobs();
    await ffmpeg('-f', 'lavfi', '-i', 'color=green:size=64x48:rate=5:duration=1', path('a.gif'));
    const posted = await post('?task=moderate', await readFile(path('a.gif')), 'image/gif');
    const { id } = jobAnswer.parse(await posted.json());
    const { result } = await end(id);
    expect(result).toMatchObject({
      task: 'moderate',
      verdict: expect.stringMatching(/pass|review|block/),
      state: { decoded: 5 },
    });
  });

  test('what is no video fails in one sentence; options are checked before the upload', {
    timeout: 60_000,
  }, async () => {
    const { post, end } = await openVideoJobs();
    const text = new TextEncoder().encode('no video\n'.repeat(100));
    const { id } = jobAnswer.parse(await (await post('', text)).json());
    expect((await end(id)).error).toMatchObject({ code: 'VIDEO_UNREADABLE' });
    expect((await post('?fps=0', text)).status).toBe(400);
    expect((await post('?lines=[{"from":[3,4],"to":[1,1]}]', text)).status).toBe(400);
    expect((await post('?lines=nonsense', text)).status).toBe(400);
    expect((await post('', text, 'text/plain')).status).toBe(415);
  });
});

describeWithClips('POST /v1/video with an address', () => {
  /** A server of files on loopback, and an application that may reach it. */
  async function openAddresses(urls: boolean | FetchOptions | undefined) {
    const clip = await readFile(dataPath('video', 'clips', 'walk.mkv'));
    const server = createServer((request, response) => {
      if (request.url === '/moved') response.writeHead(302, { location: '/walk.mkv' }).end();
      else if (request.url === '/walk.mkv') response.end(clip);
      else if (request.url === '/empty') response.end();
      else if (request.url === '/cut')
        response.writeHead(200, { 'content-length': '1000' }).write('x', () => response.destroy());
      else if (request.url === '/inside')
        response.writeHead(302, { location: 'http://10.0.0.1/walk.mkv' }).end();
      else if (request.url === '/silent') response.writeHead(200).flushHeaders();
      else response.writeHead(404).end();
    }).listen(0, '127.0.0.1');
    onTestFinished(() => {
      server.closeAllConnections();
      server.close();
    });
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const path = scratch();
    const allow =
      typeof urls === 'object'
        ? {
            ...urls,
            ports: [80, port],
            allow: (address: string) => address === '127.0.0.1',
          }
        : urls;
    const { send } = await openApp({ jobs: { folder: path('jobs') }, urls: allow });
    const post = (body: unknown, query = '') =>
      send(`/v1/video${query}`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(body),
      });
    return { send, post, at: (name: string) => `http://127.0.0.1:${port}/${name}`, folder: path('jobs') };
  }

  test('fetches the clip, redirects included, and looks at it', { timeout: 60_000 }, async () => {
    const { post, send, at } = await openAddresses({});
    const answer = await post({ url: at('moved') }, '?fps=1');
    expect(answer.status).toBe(202);
    const { id } = jobAnswer.parse(await answer.json());
    const view = async () => jobAnswer.parse(await (await send(`/v1/jobs/${id}`)).json());
    await vi.waitFor(async () => expect((await view()).state).toMatch(/done|failed/), {
      timeout: 50_000,
      interval: 100,
    });
    expect((await view()).result).toMatchObject({ task: 'detect', frames: 3 });
  });

  test.each([
    ['nothing there', 'gone', 422, 'IMAGE_URL_FAILED'],
    ['a connection that breaks', 'cut', 422, 'IMAGE_URL_FAILED'],
    ['an empty file', 'empty', 400, 'BODY_INVALID'],
    ['a redirect into the network', 'inside', 403, 'IMAGE_URL_FORBIDDEN'],
    ['a server that says no more', 'silent', 422, 'IMAGE_URL_FAILED'],
  ])('%s is one error, and leaves no job', async (_, name, status, code) => {
    const { post, send, at, folder } = await openAddresses({ timeoutMs: 2000 });
    const answer = await post({ url: at(name) });
    expect(await answer.json()).toMatchObject({ error: { code } });
    expect(answer.status).toBe(status);
    expect(await (await send('/v1/jobs')).json()).toMatchObject({ jobs: [] });
    expect((await readdir(folder, { recursive: true })).filter((file) => file.includes('video'))).toEqual([]);
  });

  test.each([
    ['addresses that are switched off', false, 'IMAGE_URL_DISABLED'],
    ['an address of this machine', true, 'IMAGE_URL_FORBIDDEN'],
  ])('%s are refused', async (_, urls, code) => {
    const { post, at } = await openAddresses(urls);
    const answer = await post({ url: at('walk.mkv') });
    expect(answer.status).toBe(403);
    expect(await answer.json()).toMatchObject({ error: { code } });
  });

  test('a body without an address says what belongs there', async () => {
    const { post } = await openAddresses({});
    const answer = await post({ address: 'x' });
    expect(answer.status).toBe(400);
    expect(await answer.text()).toContain('{\\"url\\":');
  });
});
