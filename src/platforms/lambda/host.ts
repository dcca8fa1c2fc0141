import type { Host } from '../shared/host.ts';

export const host: Host = {
  kind: 'event',
  argumentsFor: ({ id, event, memoryMb, left }) => [
    event,
    {
      awsRequestId: id,
      functionName: 'pictor',
      functionVersion: '$LATEST',
      memoryLimitInMB: String(memoryMb),
      getRemainingTimeInMillis: left,
    },
  ],
};
