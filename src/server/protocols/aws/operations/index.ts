import { detectLabels } from './detect-labels.ts';
import { detectModerationLabels } from './detect-moderation-labels.ts';
import type { AwsOperation } from './types.ts';

const OPERATIONS: ReadonlyMap<string, AwsOperation> = new Map([
  ['DetectLabels', detectLabels],
  ['DetectModerationLabels', detectModerationLabels],
]);

/**
 * Finds an operation.
 *
 * @param name as in `X-Amz-Target`, without the service
 */
export function findOperation(name: string): AwsOperation | undefined {
  return OPERATIONS.get(name);
}
