import { createHash } from 'node:crypto';
import { PictorError } from '../../src/errors.ts';

/** An answer that depends on the input alone; every 37th picture is broken. */
export function answerOf(uri: string): { readonly answer: { readonly label: string } } {
  const number = Number(/\d+/.exec(uri)?.[0]);
  if (number % 37 === 36) throw new PictorError('IMAGE_CORRUPT', { received: uri });
  if (number % 100 === 50) throw new PictorError('IMAGE_URL_FAILED', { received: uri });
  return { answer: { label: createHash('md5').update(uri).digest('hex') } };
}
