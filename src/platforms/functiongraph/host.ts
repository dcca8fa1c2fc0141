import type { Host } from '../shared/host.ts';

export const host: Host = {
  kind: 'event',
  argumentsFor: ({ id, event, left }) => [
    event,
    { getRequestID: () => id, getRemainingTimeInMilliSeconds: left },
  ],
};
