import type { Host } from '../shared/host.ts';

export const host: Host = {
  kind: 'event',
  argumentsFor: ({ id, event, timeoutMs, memoryMb, left }) => [
    event,
    {
      request_id: id,
      function_name: 'pictor',
      function_version: '$LATEST',
      namespace: 'default',
      memory_limit_in_mb: memoryMb,
      time_limit_in_ms: timeoutMs,
      getRemainingTimeInMillis: left,
    },
  ],
};
