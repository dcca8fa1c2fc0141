import { expect, test, vi } from 'vitest';
import { connectTo, createGate, openServer, picture } from '../support.ts';

const red = await picture('red');

test('a client that hangs up cancels its work, frees its place, and the next request is answered', async () => {
  const gate = createGate();
  const { listener } = await openServer({ wrap: gate.wrap, limits: { maxInFlight: 1 } });
  const { socket } = connectTo(listener);
  socket.write(
    `POST /image HTTP/1.1\r\nHost: pictor.test\r\nContent-Type: image/jpeg\r\nContent-Length: ${red.length}\r\n\r\n`,
  );
  socket.write(red);
  await gate.reached(1);
  const signal = gate.held[0]?.signal;
  expect(signal?.aborted).toBe(false);
  socket.destroy();
  await vi.waitFor(() => expect(signal?.aborted).toBe(true), 5000);
  gate.release();
  await vi.waitFor(
    async () =>
      expect((await fetch(`${listener.url}/image`, { method: 'POST', body: red })).status).toBe(200),
    5000,
  );
  const metrics = await (await fetch(`${listener.url}/metrics`)).text();
  expect(metrics).toContain('pictor_errors_total{protocol="native",code="REQUEST_ABORTED"} 1');
});

test('a client that hangs up in the middle of its body leaves nothing behind', async () => {
  const { listener } = await openServer();
  const { socket } = connectTo(listener);
  socket.write('POST /image HTTP/1.1\r\nHost: pictor.test\r\nContent-Length: 1000\r\n\r\nabc');
  await new Promise((resolve) => setTimeout(resolve, 50));
  socket.destroy();
  await vi.waitFor(async () => {
    const metrics = await (await fetch(`${listener.url}/metrics`)).text();
    expect(metrics).toMatch(/pictor_errors_total\{protocol="native",code="REQUEST_ABORTED"\} 1/);
    expect(metrics).toMatch(/^pictor_held_body_bytes 0$/m);
    expect(metrics).toMatch(/^pictor_requests_in_flight 0$/m);
  }, 5000);
});
