/** What the HTTP trigger reads. */
export {
  type PlainResult as FcResult,
  toPlainResult as toResult,
} from '../../shared/runtime/plain-result.ts';
