import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import fc from 'fast-check';
import { expect, onTestFinished, test, vi } from 'vitest';
import type { z } from 'zod';
import { type jobAnswer, jobsAnswer } from '../../../src/server/api/schemas.ts';
import type { JobsInput } from '../../../src/server/app-options.ts';
import { byteRange } from '../../../src/server/http/byte-range.ts';
import { listen } from '../../../src/server/http/listen.ts';
import type { JobKind } from '../../../src/server/jobs/types.ts';
import { openApp } from '../support.ts';

async function jobsFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'pictor-jobs-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

/** Counts to its input, writes a file, and waits until it is told to go on where the input says `hold`. */
const count: JobKind = {
  name: 'count',
  async run(input, { signal, report, file }) {
    await writeFile(file('numbers.txt', 'text/plain'), '0123456789');
    for (let i = 0; i < 3; i++) report({ stage: 'counting', fraction: i / 3, message: `at ${i}` });
    if (input === 'hold') await sleep(60_000, undefined, { signal });
    if (input === 'fail') throw new Error('a secret detail');
    return { counted: 3 };
  },
};

type JobAnswer = z.output<typeof jobAnswer>;

async function openJobs(options: Partial<JobsInput> & { readonly folder: string }, more = {}) {
  const opened = await openApp({ jobs: { kinds: [count], ...options }, ...more });
  const jobs = opened.app.jobs;
  if (jobs === undefined) throw new Error('no jobs');
  const make = (input: string, owner?: string) =>
    jobs.create({ kind: 'count', owner, prepare: async () => input });
  const view = async (id: string) => (await (await opened.send(`/v1/jobs/${id}`)).json()) as JobAnswer;
  const until = (id: string, state: string) =>
    vi.waitFor(async () => expect(await view(id)).toMatchObject({ state }), {
      timeout: 10_000,
      interval: 20,
    });
  return { ...opened, jobs, make, view, until };
}

test('a job goes from queued over running to done, with its result and files', async () => {
  const { make, until, view, send } = await openJobs({ folder: await jobsFolder() });
  const { id } = await make('go');
  await until(id, 'done');
  const job = await view(id);
  expect(job).toMatchObject({
    kind: 'count',
    result: { counted: 3 },
    files: [{ name: 'numbers.txt', mediaType: 'text/plain', url: `/v1/jobs/${id}/files/numbers.txt` }],
  });
  expect(Date.parse(job.expiresAt ?? '') - Date.parse(job.endedAt ?? '')).toBe(24 * 3600 * 1000);
  const url = job.files[0]?.url ?? '';
  const file = await send(url);
  expect(await file.text()).toBe('0123456789');
  const part = await send(url, { headers: { range: 'bytes=2-4' } });
  expect([part.status, part.headers.get('content-range'), await part.text()]).toEqual([
    206,
    'bytes 2-4/10',
    '234',
  ]);
  expect((await send(url, { headers: { range: 'bytes=10-' } })).status).toBe(416);
  expect((await send(`/v1/jobs/${id}/files/..%2fjob.json`)).status).toBe(404);
  expect(await (await send('/v1/jobs')).json()).toMatchObject({ jobs: [{ id }] });
  expect(await (await send('/metrics')).text()).toContain('pictor_jobs{kind="count",state="done"} 1');
});

test('what fails is a failed job, and inner details stay inside', async () => {
  const { make, until, view } = await openJobs({ folder: await jobsFolder() });
  const { id } = await make('fail');
  await until(id, 'failed');
  expect((await view(id)).error).toEqual({
    code: 'INTERNAL',
    message: 'Something went wrong inside Pictor.',
    retryable: false,
  });
});

test('DELETE cancels what runs or waits, then removes it with its files', async () => {
  const folder = await jobsFolder();
  const { make, until, send } = await openJobs({ folder });
  const [running, waiting] = [await make('hold'), await make('go')];
  await until(running.id, 'running');
  await until(waiting.id, 'queued');
  const cancelled = await send(`/v1/jobs/${waiting.id}`, { method: 'DELETE' });
  expect(await cancelled.json()).toMatchObject({ state: 'cancelled' });
  expect((await send(`/v1/jobs/${running.id}`, { method: 'DELETE' })).status).toBe(200);
  await until(running.id, 'cancelled');
  for (const { id } of [running, waiting]) {
    expect((await send(`/v1/jobs/${id}`, { method: 'DELETE' })).status).toBe(204);
    expect((await send(`/v1/jobs/${id}`)).status).toBe(404);
  }
  expect((await readdir(folder)).filter((name) => !name.startsWith('.'))).toEqual([]);
});

test('server-sent events tell the state now, its changes, and the end', async () => {
  const { make, app, until } = await openJobs({ folder: await jobsFolder() });
  const listener = await listen(app, { port: 0 });
  onTestFinished(() => listener.destroy());
  const blocker = await make('hold');
  await until(blocker.id, 'running');
  const { id } = await make('go');
  const response = await fetch(`${listener.url}/v1/jobs/${id}/events`);
  expect(response.headers.get('content-type')).toMatch('text/event-stream');
  setTimeout(() => void fetch(`${listener.url}/v1/jobs/${blocker.id}`, { method: 'DELETE' }), 50);
  const events = (await response.text())
    .trim()
    .split('\n\n')
    .map((block) => ({
      name: /^event: (.*)$/m.exec(block)?.[1],
      job: JSON.parse(/^data: (.*)$/m.exec(block)?.[1] ?? '{}'),
    }));
  expect(events[0]).toMatchObject({ name: 'job', job: { id, state: 'queued' } });
  expect(events.at(-1)).toMatchObject({ name: 'end', job: { id, state: 'done', result: { counted: 3 } } });
});

test('a client that leaves an event stream frees its place', async () => {
  const { make, app, until } = await openJobs({ folder: await jobsFolder(), limits: { watchers: 1 } });
  const listener = await listen(app, { port: 0 });
  onTestFinished(() => listener.destroy());
  const { id } = await make('hold');
  await until(id, 'running');
  const leaving = new AbortController();
  const address = `${listener.url}/v1/jobs/${id}/events`;
  const first = await fetch(address, { signal: leaving.signal });
  const reader = first.body?.getReader();
  await reader?.read();
  expect((await fetch(address)).status).toBe(503);
  leaving.abort();
  await vi.waitFor(async () => {
    const again = await fetch(address);
    await again.body?.cancel();
    expect(again.status).toBe(200);
  });
});

test('a restart loses no finished job, runs what waited, and says what was cut off', async () => {
  const folder = await jobsFolder();
  const before = await openJobs({ folder });
  const done = await before.make('go');
  await before.until(done.id, 'done');
  const running = await before.make('hold');
  const waiting = await before.make('go');
  await before.until(running.id, 'running');
  await before.app.close({ graceMs: 0 });

  const after = await openJobs({ folder });
  expect(await after.view(done.id)).toMatchObject({ state: 'done', result: { counted: 3 } });
  expect(await after.view(running.id)).toMatchObject({ state: 'interrupted' });
  await after.until(waiting.id, 'done');
});

test('a record that a crash left as running is interrupted, and a damaged one is removed', async () => {
  const folder = await jobsFolder();
  const before = await openJobs({ folder });
  const crashed = await before.make('go');
  const damaged = await before.make('go');
  await before.until(damaged.id, 'done');
  await before.app.close({ graceMs: 0 });
  const path = join(folder, crashed.id, 'job.json');
  const record = JSON.parse(await readFile(path, 'utf8'));
  await writeFile(path, JSON.stringify({ ...record, status: { state: 'running', startedAt: 1 } }));
  await writeFile(join(folder, damaged.id, 'job.json'), '{"id":');

  const after = await openJobs({ folder });
  expect(await after.view(crashed.id)).toMatchObject({ state: 'interrupted' });
  expect((await after.send(`/v1/jobs/${damaged.id}`)).status).toBe(404);
});

test('two servers do not share a folder', async () => {
  const folder = await jobsFolder();
  const first = await openJobs({ folder });
  await first.make('go');
  const second = await openApp({ jobs: { folder } });
  const response = await second.send('/v1/jobs');
  expect(await response.json()).toMatchObject({ error: { code: 'CONFIG_INVALID' } });
});

test('ended jobs expire, and the oldest make room', async () => {
  const folder = await jobsFolder();
  let now = 1_000_000;
  const { make, until, send } = await openJobs(
    { folder, limits: { kept: 2, keepMs: 5000 } },
    { clock: () => now },
  );
  const ids = [];
  for (let i = 0; i < 3; i++) {
    now += 1000;
    const { id } = await make('go');
    await until(id, 'done');
    ids.push(id);
  }
  const known = async () => jobsAnswer.parse(await (await send('/v1/jobs')).json()).jobs.map(({ id }) => id);
  expect(await known()).toEqual([ids[2], ids[1]]);
  now += 6000;
  const { id } = await make('go');
  expect(await known()).toEqual([id]);
});

test('the number that waits and the bytes on disk are bounded', async () => {
  const { make, until, jobs } = await openJobs({
    folder: await jobsFolder(),
    limits: { queued: 1, bytes: 100 },
  });
  const running = await make('hold');
  await until(running.id, 'running');
  const waiting = await make('go');
  await expect(make('go')).rejects.toMatchObject({ code: 'OVERLOADED', details: { retryAfter: 30 } });
  await jobs.end(running.id);
  await until(waiting.id, 'done');
  const before = jobs.list().length;
  const greedy = jobs.create({
    kind: 'count',
    owner: undefined,
    prepare: async (_, reserve) => {
      reserve(1000);
      return null;
    },
  });
  await expect(greedy).rejects.toMatchObject({ code: 'JOB_STORAGE_FULL', status: 503 });
  expect(jobs.list().length).toBeLessThanOrEqual(before);
});

test('a key sees its own jobs, an admin all of them', async () => {
  const bearer = (secret: string) => ({ headers: { authorization: `Bearer ${secret}` } });
  const keys = [
    { id: 'a', secret: 'secret-of-a' },
    { id: 'b', secret: 'secret-of-b', scopes: ['train' as const] },
    { id: 'root', secret: 'secret-of-root', scopes: ['admin' as const] },
  ];
  const { make, send } = await openJobs({ folder: await jobsFolder() }, { keys: { keys } });
  const { id } = await make('go', 'a');
  const status = async (secret: string) => (await send(`/v1/jobs/${id}`, bearer(secret))).status;
  expect(await Promise.all(['secret-of-a', 'secret-of-b', 'secret-of-root'].map(status))).toEqual([
    200, 404, 200,
  ]);
  const list = await send('/v1/jobs', bearer('secret-of-b'));
  expect(await list.json()).toEqual({ jobs: [] });
});

test('without a folder for them, jobs are answered with what to set', async () => {
  const { send } = await openApp();
  const response = await send('/v1/jobs');
  expect(response.status).toBe(501);
  expect(await response.json()).toMatchObject({
    error: { message: expect.stringContaining('jobs.folder') },
  });
});

test('a byte range is inside the file or refused, whatever the header says', () => {
  const number = fc.option(fc.nat(20), { nil: '' });
  const header = fc.oneof(
    fc.string(),
    fc.tuple(number, number).map(([a, b]) => `bytes=${a}-${b}`),
  );
  fc.assert(
    fc.property(header, fc.nat(16), (text, size) => {
      const range = byteRange(text, size);
      if (typeof range !== 'object') return;
      expect(range.start).toBeGreaterThanOrEqual(0);
      expect(range.end).toBeGreaterThanOrEqual(range.start);
      expect(range.end).toBeLessThan(size);
    }),
  );
});
