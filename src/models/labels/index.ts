export { resolveLabels } from './resolve.ts';
export type { LabelRecord, LabelSet } from './types.ts';
export { uniqueNames } from './unique-names.ts';
