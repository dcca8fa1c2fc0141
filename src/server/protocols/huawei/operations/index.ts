import { moderation } from './moderation.ts';
import { mediaTagging, mediaTaggingDet, tagging } from './tagging.ts';
import type { HuaweiOperation } from './types.ts';

/** By path, with the project's place in it left open. */
const OPERATIONS: Readonly<Record<string, HuaweiOperation>> = {
  '/v2/*/image/tagging': tagging,
  '/v2/*/image/media-tagging': mediaTagging,
  '/v2/*/image/media-tagging-det': mediaTaggingDet,
  '/v3/*/moderation/image': moderation,
};

/**
 * Finds the operation at a path.
 *
 * @param path percent-encoded
 * @returns the operation and the project as written; undefined when there is no such operation
 */
export function findOperation(
  path: string,
): { readonly operation: HuaweiOperation; readonly project: string } | undefined {
  const [, head, project = '', tail] = /^\/(v\d)\/([^/]+)\/(.+)$/.exec(path) ?? [];
  const operation = OPERATIONS[`/${head}/*/${tail}`];
  return operation && { operation, project };
}
