import { type ChildProcess, spawn } from 'node:child_process';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A camera on the loopback: a moving test picture in real time, as MPEG-TS over HTTP. */
export interface Camera extends AsyncDisposable {
  readonly url: string;
  /** Cuts all connections. */
  cut(): void;
}

/** @param rate frames a second */
export async function startCamera(rate: number): Promise<Camera> {
  const open = new Map<ServerResponse, ChildProcess>();
  const server = createServer((_, response) => {
    const source = `testsrc=size=160x96:rate=${rate}`;
    const coding = ['-c:v', 'mpeg2video', '-g', '5', '-f', 'mpegts', '-muxdelay', '0', '-flush_packets', '1'];
    const child = spawn(
      'ffmpeg',
      ['-nostdin', '-v', 'error', '-re', '-f', 'lavfi', '-i', source, ...coding, 'pipe:1'],
      { stdio: ['ignore', 'pipe', 'ignore'] },
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
  return {
    url: `http://127.0.0.1:${port}/stream`,
    cut,
    async [Symbol.asyncDispose]() {
      cut();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}

/** Process ids of the ffmpegs that read a camera: children of this process with its address. */
export async function readersOf(url: string): Promise<number[]> {
  const { execFile } = await import('node:child_process');
  const list = await new Promise<string>((resolve) => {
    execFile('ps', ['--ppid', String(process.pid), '-o', 'pid=,args=', '-ww'], (_, out) => resolve(out));
  });
  return list
    .split('\n')
    .filter((line) => line.includes(url) && /ffmpeg/.test(line))
    .map((line) => Number.parseInt(line, 10));
}
