/**
 * What the requests of one pull share: connections, proxies, and what was learnt about servers.
 *
 * @module
 */
import { type Dispatcher, EnvHttpProxyAgent } from 'undici';
import { PictorError } from '../../errors.ts';
import type { AttemptError } from './attempt-error.ts';
import type { DownloadOptions } from './options.ts';

/** Connections of one pull. */
export interface Connections extends AsyncDisposable {
  readonly dispatcher: Dispatcher;
  /** Origins that are not asked again, with the reason. */
  readonly hopeless: Map<string, AttemptError>;
  /** Refuses to go on after a proxy's 407: every further try sends the same wrong password, and locks accounts. */
  proxyRefusal(url: URL): PictorError;
  /** Whether requests for such an address go through a proxy. */
  usesProxy(url: URL): boolean;
}

/** Opens nothing yet. */
export function openConnections(options: DownloadOptions): Connections {
  const { httpProxy, httpsProxy, noProxy } = options;
  const dispatcher = new EnvHttpProxyAgent({
    httpProxy,
    httpsProxy,
    noProxy,
    // Many proxies tunnel to port 443 only; plain http goes through them as a plain request.
    proxyTunnel: false,
    headersTimeout: 0,
    bodyTimeout: 0,
  });
  // As the agent chooses: plain http has its own proxy only; https takes that one when it has none.
  const proxyOf = ({ protocol }: URL) =>
    protocol === 'https:' && httpsProxy
      ? { name: 'HTTPS_PROXY', address: httpsProxy }
      : { name: 'HTTP_PROXY', address: httpProxy };
  return {
    dispatcher,
    hopeless: new Map(),
    usesProxy: (url) => proxyOf(url).address !== '',
    proxyRefusal(url) {
      const { name, address } = proxyOf(url);
      const { origin, username } = new URL(address);
      return new PictorError('MODEL_DOWNLOAD_FAILED', {
        expected: `the proxy ${origin} (${name}) to let Pictor through`,
        received: `407, ${username ? 'so it does not take the user and password of' : 'so it wants user and password in'} ${name}`,
        fix: `Set ${name} to http://<user>:<password>@${new URL(address).host}; it was asked once only, because many tries lock accounts`,
      });
    },
    [Symbol.asyncDispose]: () => dispatcher.destroy(),
  };
}
