/** In braces, so that all keys of a queue lie on one node of a cluster. */
export const PREFIX = '{pictor}';

/** Name of a run's queue. */
export function queueName(run: string): string {
  return `pictor-${run}`;
}

/** Key of a queue's list in Redis, for what looks at it from outside. */
export function queueKey(run: string, list: 'wait' | 'active'): string {
  return `${PREFIX}:${queueName(run)}:${list}`;
}
