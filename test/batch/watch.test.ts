import { spawn } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { queueBackend } from '../../src/batch/executors/bullmq/backend.ts';
import { thumbnail } from '../../src/batch/report/thumbnail.ts';
import { statusOf } from '../../src/batch/status.ts';
import { queueBoard } from '../../src/batch/watch/board.ts';
import { watchApp } from '../../src/batch/watch/watch-app.ts';
import { createWorkerMetrics } from '../../src/batch/watch/worker-metrics.ts';
import { workOn } from '../../src/batch/work.ts';
import { hasRedis, startRedis } from './services.ts';
import { emptyPlace, planFor, stub, temporaryFolder } from './support.ts';

async function finished(label = 'cat') {
  const place = await emptyPlace();
  const plan = await planFor(place, 125);
  const { recognize, ...rest } = stub();
  const recognizer = {
    ...rest,
    async recognize(...call: Parameters<typeof recognize>) {
      await recognize(...call);
      return { answer: { predictions: [{ label, score: 0.9 }] } };
    },
  };
  const metrics = createWorkerMetrics();
  await workOn({ place, openRecognizer: async () => recognizer, onChunk: metrics.chunk });
  return { place, plan, metrics };
}

test('a run says how far it is to Prometheus', async () => {
  const { place, plan, metrics } = await finished();
  const text = await (await watchApp({ place, plan }).request('/metrics')).text();
  expect(text).toMatch(/^pictor_batch_inputs 125$/m);
  expect(text).toMatch(/^pictor_batch_inputs_done 125$/m);
  expect(text).toMatch(/^pictor_batch_inputs_failed 4$/m);
  expect(text).toMatch(/^pictor_batch_errors\{code="IMAGE_CORRUPT"\} 3$/m);
  const worker = await metrics.render();
  expect(worker).toMatch(/^pictor_batch_worker_rows_total\{outcome="answer"\} 121$/m);
  expect(worker).toMatch(/^pictor_batch_worker_chunk_seconds_count 13$/m);
});

test('the report is one page that fetches nothing, whatever labels say', async () => {
  const { place, plan } = await finished('<script>alert("1")</script>');
  const page = await (await watchApp({ place, plan }).request('/')).text();
  expect(page).not.toContain('<script');
  expect(page).toContain('&lt;script&gt;alert(&quot;1&quot;)&lt;/script&gt;');
  expect(page).toContain('IMAGE_CORRUPT');
  expect(page).toMatch(/125 of 125 \(100 %\)/);
  expect(page.match(/(?:src|href)="(?!data:)[^"]*"/g)).toBeNull();
});

test('examples are small pictures, and nothing where there is none', async () => {
  const path = join(await temporaryFolder(), 'picture.png');
  const { default: sharp } = await import('sharp');
  await writeFile(
    path,
    await sharp({ create: { width: 900, height: 300, channels: 3, background: 'red' } })
      .png()
      .toBuffer(),
  );
  const small = Buffer.from((await thumbnail(path))?.split(',')[1] ?? '', 'base64');
  expect(await sharp(small).metadata()).toMatchObject({ format: 'jpeg', width: 176 });
  expect(await thumbnail('s3://shop/a.jpg')).toBeUndefined();
  expect(await thumbnail(`${path}.gone`)).toBeUndefined();
});

test.skipIf(!hasRedis)('the dashboard of the queue is for whoever has the key', async () => {
  const service = await startRedis();
  const place = await emptyPlace();
  const plan = await planFor(place, 30);
  const queue = await (await queueBackend(service.url, plan.id)).openQueue();
  onTestFinished(() => queue.close());
  await queue.add([0, 1, 2]);
  const app = watchApp({ place, plan, queue, adminKey: 'key', board: await queueBoard(queue.bull) });
  for (const authorization of [undefined, 'Bearer wrong', `Basic ${btoa('me:wrong')}`, 'Basic x']) {
    const headers = authorization === undefined ? {} : { authorization };
    expect((await app.request('/queues/', { headers })).status).toBe(401);
    expect((await app.request('/queues/api/queues', { headers })).status).toBe(401);
    expect((await app.request('/', { headers })).status).toBe(401);
  }
  const headers = { authorization: `Basic ${btoa('me:key')}` };
  expect(await (await app.request('/queues', { headers })).text()).toContain('<html');
  const { queues } = (await (await app.request('/queues/api/queues', { headers })).json()) as {
    queues: { name: string; counts: { waiting: number } }[];
  };
  expect(queues).toMatchObject([{ name: `pictor-${plan.id}`, counts: { waiting: 3 } }]);
  const metrics = await app.request('/metrics');
  expect(metrics.status).toBe(200);
  expect(await metrics.text()).toMatch(/^pictor_batch_queue_waiting 3$/m);
});

test('workers are seen while they live; a second one that does the same on this machine is refused', async () => {
  const place = await emptyPlace();
  const plan = await planFor(place, 30);
  const other = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)']);
  onTestFinished(() => {
    other.kill('SIGKILL');
  });
  const presence = { host: hostname(), pid: other.pid, share: 'alone', rows: 7, failed: 0 };
  await place.write('worker-other.json', Buffer.from(JSON.stringify(presence)));
  expect((await statusOf(plan, place)).workers).toEqual([presence]);
  const work = () => workOn({ place, openRecognizer: async () => stub() });
  await expect(work()).rejects.toThrow(new RegExp(`process ${other.pid}.*--queue.*--index`));
  const gone = new Promise((resolve) => other.once('exit', resolve));
  other.kill('SIGKILL');
  await gone;
  expect((await work()).chunks).toBe(3);
  expect((await place.list('worker-')).map(({ name }) => name)).toEqual(['worker-other.json']);
});
