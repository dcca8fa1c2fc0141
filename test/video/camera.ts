import { type ChildProcess, spawn } from 'node:child_process';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { onTestFinished } from 'vitest';
import { dataPath } from '../support/data.ts';

/** A camera on the loopback: a clip again and again, in real time, as MPEG-TS over HTTP. */
export interface Camera {
  readonly url: string;
  /** Connections so far. */
  readonly connections: number;
  /** Cuts all connections. */
  cut(): void;
  /** Goes on being connected and says nothing. */
  mute(): void;
  close(): Promise<void>;
}

export async function startCamera(clip = 'walk.mkv'): Promise<Camera> {
  let connections = 0;
  const open = new Map<ServerResponse, ChildProcess>();
  const server = createServer((_, response) => {
    connections += 1;
    const input = ['-re', '-stream_loop', '-1', '-i', dataPath('video', 'clips', clip)];
    const child = spawn(
      'ffmpeg',
      ['-nostdin', '-v', 'error', ...input, '-c', 'copy', '-f', 'mpegts', 'pipe:1'],
      {
        stdio: ['ignore', 'pipe', 'ignore'],
      },
    );
    open.set(response, child);
    response.writeHead(200, { 'content-type': 'video/mp2t' });
    child.stdout.on('error', () => {}).pipe(response);
    response.on('close', () => {
      child.kill('SIGKILL');
      open.delete(response);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const cut = () => {
    for (const response of open.keys()) response.destroy();
  };
  const close = async () => {
    cut();
    await new Promise<void>((resolve) => server.close(() => resolve()));
  };
  onTestFinished(async () => {
    if (server.listening) await close();
  });
  return {
    url: `http://user:secret@127.0.0.1:${port}/stream`,
    get connections() {
      return connections;
    },
    cut,
    mute() {
      for (const [response, child] of open) {
        child.stdout?.unpipe(response);
        child.stdout?.resume();
      }
    },
    close,
  };
}
