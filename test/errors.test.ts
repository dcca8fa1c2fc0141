import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { errorsPage } from '../scripts/docs-errors.ts';
import { ERROR_TABLE, isPictorError, PictorError, toPictorError } from '../src/errors.ts';

describe('the error table', () => {
  it('is what docs/errors.md says', () => {
    expect(readFileSync(new URL('../docs/errors.md', import.meta.url), 'utf8')).toBe(errorsPage);
  });

  it.each(Object.entries(ERROR_TABLE))('%s has a status and a title without a full stop', (_code, entry) => {
    expect(entry.status).toBeGreaterThanOrEqual(400);
    expect(entry.status).toBeLessThan(600);
    expect(entry.title).toMatch(/^[A-Z].*[^.]$/);
  });
});

describe('PictorError', () => {
  it('says what was expected, what was received and what to do', () => {
    const error = new PictorError('IMAGE_TOO_LARGE', {
      expected: 'at most 20 MB',
      received: '31.2 MB',
      fix: 'Shrink the picture',
    });
    expect(error.message).toBe(
      'The picture has too many bytes: expected at most 20 MB, received 31.2 MB. Shrink the picture.',
    );
    expect(error.status).toBe(413);
  });

  it('leaks neither stack nor cause', () => {
    const error = new PictorError('INTERNAL', { cause: new Error('secret') });
    expect(JSON.parse(JSON.stringify(error))).toEqual({
      code: 'INTERNAL',
      message: 'Something went wrong inside Pictor.',
      retryable: false,
    });
    expect(error.cause).toBeInstanceOf(Error);
  });

  it('is recognised by its brand', () => {
    expect(isPictorError(new PictorError('ABORTED'))).toBe(true);
    expect(isPictorError(new Error('ABORTED'))).toBe(false);
    expect(isPictorError(null)).toBe(false);
  });
});

describe('toPictorError', () => {
  it('passes its own through and wraps the rest', () => {
    const own = new PictorError('OVERLOADED');
    expect(toPictorError(own)).toBe(own);
    expect(toPictorError(new Error('boom')).code).toBe('INTERNAL');
    expect(toPictorError('boom', 'INFERENCE_FAILED').code).toBe('INFERENCE_FAILED');
    expect(toPictorError(AbortSignal.abort().reason).code).toBe('ABORTED');
    expect(toPictorError(new DOMException('late', 'TimeoutError')).code).toBe('DEADLINE_EXCEEDED');
  });
});
