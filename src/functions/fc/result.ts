/** What the HTTP trigger reads. */
export { type PlainResult as FcResult, toPlainResult as toResult } from '../plain-result.ts';
