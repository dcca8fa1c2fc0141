import { readFile, rm, writeFile } from 'node:fs/promises';
import { request } from 'node:http';
import { connect } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import sharp from 'sharp';
import { createEngine } from '../../src/engine/engine.ts';
import { createApp } from '../../src/server/app.ts';
import { listen } from '../../src/server/http/listen.ts';
import { writeSmallModel } from '../../test/support/small-models.ts';

export interface HostileSoak {
  /** Where the model is written, replaced and removed. */
  readonly folder: string;
  readonly until: number;
  readonly random: () => number;
}

const COLOURS = ['red', 'green', 'blue'] as const;
const HONEST_CLIENTS = 3;

/**
 * A server between honest clients, who know the right answers, and hostile ones, while its workers are killed and its
 * model's file is replaced by one that answers wrongly, by another graph, by nothing, and put back.
 */
export async function runHostile({ folder, until, random }: HostileSoak) {
  const model = await writeSmallModel(folder, 'colours');
  const other = await writeSmallModel(folder, 'safety');
  const right = await readFile(model.path);
  const engine = createEngine({ workers: 2 });
  const app = createApp({ engine, models: [model.path], limits: { deadlineMs: 20_000 } });
  const listener = await listen(app, { port: 0, maxConnections: 256 });
  await app.start();

  const outcomes: Record<string, number> = {};
  const count = (what: string) => {
    outcomes[what] = (outcomes[what] ?? 0) + 1;
  };
  const going = () => performance.now() < until;
  const agent = { port: listener.port, host: '127.0.0.1' };
  let kills = 0;
  let slowestHealthMs = 0;

  async function honest(): Promise<void> {
    while (going()) {
      const colour = COLOURS[Math.floor(random() * COLOURS.length)] ?? 'red';
      // Another picture each time: an answer must not come from the one before.
      const body = await sharp({
        create: {
          width: 32 + Math.floor(random() * 64),
          height: 48,
          channels: 3,
          background: shade(colour, random),
        },
      })
        .jpeg()
        .toBuffer();
      try {
        const response = await fetch(`${listener.url}/image?top=1`, { method: 'POST', body });
        const answer = (await response.json()) as {
          readonly prediction?: Record<string, number>;
          readonly error?: { readonly code: string };
        };
        if (!response.ok) count(`refused ${answer.error?.code}`);
        else count(Object.keys(answer.prediction ?? {})[0] === colour ? 'right' : 'wrong');
      } catch {
        count('lost');
      }
    }
  }

  async function hostile(): Promise<void> {
    const attacks = [
      () => post('/', '1=&'.repeat(2_000_000), 'application/x-www-form-urlencoded'),
      () => post('/image', `{"picture":[${'"",'.repeat(3_000_000)}""]}`, 'application/json'),
      () => post('/image', `{"__proto__":{"top":1},"picture":${'['.repeat(1_000_000)}`, 'application/json'),
      () => post('/v1/images:annotate', `{"requests":[${'{},'.repeat(2_000_000)}{}]}`, 'application/json'),
      () => post('/image', Buffer.alloc(19_000_000, 0xff), 'image/jpeg'),
      () => pipeline('GET /openapi.json HTTP/1.1\r\nHost: localhost\r\n\r\n'.repeat(2000)),
      () => pipeline('POST /image HTTP/1.1\r\nHost: localhost\r\nContent-Length: 9\r\n\r\nx'),
    ];
    while (going()) {
      await attacks[Math.floor(random() * attacks.length)]?.();
      count('attacks');
    }
  }

  function post(path: string, body: string | Buffer, type: string): Promise<void> {
    return new Promise((resolve) => {
      const sent = request(
        { ...agent, path, method: 'POST', headers: { 'content-type': type } },
        (answer) => {
          if (answer.statusCode === 500) count('attack answered with 500');
          answer.resume().on('close', resolve);
        },
      );
      sent.on('error', () => resolve());
      sent.end(body);
    });
  }

  /** Sends, and reads nothing. */
  async function pipeline(text: string): Promise<void> {
    const sockets = Array.from({ length: 20 }, () => connect(agent));
    for (const socket of sockets) {
      socket.on('error', () => {});
      socket.pause();
      socket.write(text);
    }
    await pause(500);
    for (const socket of sockets) socket.destroy();
  }

  async function killer(): Promise<void> {
    while (going()) {
      const right = outcomes['right'] ?? 0;
      await pause(2000 * random() + 500);
      // A slow machine starts workers slower than this kills them: then nothing would ever be answered, and nothing shown.
      while (going() && (outcomes['right'] ?? 0) === right) await pause(50);
      const pid = engine.stats().workers.pids[0];
      if (pid === undefined) continue;
      try {
        process.kill(pid, 'SIGKILL');
        kills++;
      } catch {
        // It was gone already.
      }
    }
  }

  async function replacer(): Promise<void> {
    const steps = [
      () => writeFile(model.path, answeringWrongly(right)),
      () => rm(model.path, { force: true }),
      async () => writeFile(model.path, await readFile(other.path)),
      () => writeFile(model.path, right.subarray(0, right.length / 2)),
    ];
    while (going()) {
      await steps[Math.floor(random() * steps.length)]?.();
      count('model replaced');
      await pause(2000 + 2000 * random());
      await writeFile(model.path, right);
      await pause(2000 * random());
    }
  }

  async function prober(): Promise<void> {
    while (going()) {
      const start = performance.now();
      await fetch(`${listener.url}/healthz`).then(
        (answer) => answer.text(),
        () => count('health lost'),
      );
      slowestHealthMs = Math.max(slowestHealthMs, performance.now() - start);
      await pause(50);
    }
  }

  await Promise.all([
    ...Array.from({ length: HONEST_CLIENTS }, honest),
    hostile(),
    killer(),
    replacer(),
    prober(),
  ]);

  // With its own file back the model answers again, however often it was taken away.
  let healed = false;
  for (let tries = 0; tries < 100 && !healed; tries++) {
    const body = await sharp({ create: { width: 32, height: 32, channels: 3, background: 'red' } })
      .jpeg()
      .toBuffer();
    const response = await fetch(`${listener.url}/image`, { method: 'POST', body });
    healed = response.ok && app.ready;
    await response.text();
    if (!healed) await pause(200);
  }
  listener.destroy();
  await listener.stop();
  await app.close({ graceMs: 1000 });
  await engine.close();
  const ok =
    healed &&
    (outcomes['right'] ?? 0) > 0 &&
    ['wrong', 'lost', 'health lost', 'attack answered with 500'].every((bad) => outcomes[bad] === undefined);
  return { ok, outcomes, kills, healed, slowestHealthMs: Math.round(slowestHealthMs) };
}

function shade(colour: (typeof COLOURS)[number], random: () => number) {
  const strong = 160 + Math.floor(random() * 90);
  const weak = Math.floor(random() * 60);
  return {
    r: colour === 'red' ? strong : weak,
    g: colour === 'green' ? strong : weak,
    b: colour === 'blue' ? strong : weak,
  };
}

/** The same graph with its weights moved on by one colour: as valid, and never right. */
function answeringWrongly(right: Buffer): Buffer {
  const before = floats([10, 0, 0, 0, 10, 0, 0, 0, 10]);
  const at = right.indexOf(before);
  if (at < 0) throw new Error('the weights of the small model are laid out in another way');
  const wrong = Buffer.from(right);
  wrong.set(floats([0, 10, 0, 0, 0, 10, 10, 0, 0]), at);
  return wrong;
}

function floats(values: readonly number[]): Buffer {
  return Buffer.from(Float32Array.from(values).buffer);
}
