import type { AddressInfo } from 'node:net';
import { PictorError } from '../../../errors.ts';

/** A server that listens. */
export interface Listening extends AsyncDisposable {
  readonly url: string;
}

/**
 * Serves an application until it is disposed of.
 *
 * @throws CONFIG_INVALID when the port cannot be had
 */
export async function listen(
  fetch: (request: Request) => Response | Promise<Response>,
  host: string,
  port: number,
): Promise<Listening> {
  const { createAdaptorServer } = await import('@hono/node-server');
  const server = createAdaptorServer({ fetch });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, resolve);
  }).catch((cause: Error) => {
    throw new PictorError('CONFIG_INVALID', {
      expected: `port ${port} of ${host} to be free`,
      received: cause.message,
      fix: 'Choose another port; 0 takes any that is free',
      cause,
    });
  });
  const { port: taken } = server.address() as AddressInfo;
  return {
    url: `http://${host.includes(':') ? `[${host}]` : host}:${taken}`,
    async [Symbol.asyncDispose]() {
      await new Promise<void>((resolve) => {
        server.close(() => resolve());
        if ('closeAllConnections' in server) server.closeAllConnections();
      });
    },
  };
}
