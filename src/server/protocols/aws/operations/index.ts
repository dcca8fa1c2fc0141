import { detectLabels } from './detect-labels.ts';
import { detectModerationLabels } from './detect-moderation-labels.ts';
import type { AwsOperation } from './types.ts';
import { getContentModeration, startContentModeration } from './video/content-moderation.ts';
import { getLabelDetection, startLabelDetection } from './video/label-detection.ts';

const OPERATIONS: ReadonlyMap<string, AwsOperation> = new Map([
  ['DetectLabels', detectLabels],
  ['DetectModerationLabels', detectModerationLabels],
  ['StartLabelDetection', startLabelDetection],
  ['GetLabelDetection', getLabelDetection],
  ['StartContentModeration', startContentModeration],
  ['GetContentModeration', getContentModeration],
]);

/**
 * Finds an operation.
 *
 * @param name as in `X-Amz-Target`, without the service
 */
export function findOperation(name: string): AwsOperation | undefined {
  return OPERATIONS.get(name);
}
