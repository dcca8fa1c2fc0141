/** What APIG reads; every field must be there. */
export {
  type PlainResult as FunctionGraphResult,
  toPlainResult as toResult,
} from '../../shared/runtime/plain-result.ts';
