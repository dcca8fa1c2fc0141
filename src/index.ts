/**
 * Pictor: image recognition as a function.
 *
 * @module
 */
export { ERROR_TABLE, type ErrorCode, isPictorError, PictorError } from './errors.ts';
