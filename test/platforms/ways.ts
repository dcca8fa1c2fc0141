/**
 * The ways of the platforms whose functions get events: the emulator's gateways around the handlers.
 */
import type { Gateway, GatewayRequest } from '../../src/platforms/shared/gateway.ts';
import type { Ask, Way } from './suite.ts';

/** Makes the event survive what a platform does to it: it travels as JSON. */
export function throughGateway(
  gateway: Gateway,
  invoke: (event: never, timeoutMs: number | undefined) => Promise<unknown>,
): Way {
  return {
    async call(ask, timeoutMs) {
      const event: never = JSON.parse(JSON.stringify(gateway.toEvent(gatewayRequest(ask)))) as never;
      const result: unknown = JSON.parse(JSON.stringify(await invoke(event, timeoutMs)));
      const response = gateway.toResponse(result);
      if (!response) throw new Error(`The gateway cannot use ${JSON.stringify(result)}`);
      const headers = new Headers();
      for (const [name, value] of response.headers) headers.append(name, value);
      return { status: response.status, headers, body: response.body };
    },
  };
}

export function gatewayRequest(ask: Ask): GatewayRequest {
  const [path = '/', query = ''] = ask.url.split('?');
  const body = ask.body ?? Buffer.alloc(0);
  return {
    id: 'c6af9ac6-7b61-11e6-9a41-93e8deadbeef',
    method: ask.method ?? 'POST',
    path,
    query,
    headers: [
      ['Host', 'function.example.com'],
      ['User-Agent', 'suite'],
      ...Object.entries(ask.headers ?? {}),
      ...(body.length > 0 ? [['Content-Length', String(body.length)] as const] : []),
    ],
    body,
    sourceIp: '203.0.113.7',
  };
}
