import type { Host } from '../shared/host.ts';

export const host: Host = {
  kind: 'http',
  prepare:
    () =>
    ({ pictor: handler }) => {
      if (handler === undefined) throw new Error('The function exports no `pictor`');
      // The functions framework reads the body first and hands it over as `rawBody`.
      return (request, rawBody, response) => handler(Object.assign(request, { rawBody }), response);
    },
};
