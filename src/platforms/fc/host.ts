import type { Host } from '../shared/host.ts';

export const host: Host = {
  kind: 'event',
  argumentsFor: ({ id, event, timeoutMs, memoryMb }) => [
    Buffer.from(JSON.stringify(event)),
    { requestId: id, function: { name: 'pictor', memory: memoryMb, timeout: timeoutMs / 1000 } },
  ],
};
