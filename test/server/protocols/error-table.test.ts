import { expect, test } from 'vitest';
import { ERROR_TABLE, type ErrorCode, PictorError } from '../../../src/errors.ts';
import { huaweiFailure } from '../../../src/server/protocols/huawei/errors.ts';
import { tencentCode } from '../../../src/server/protocols/tencent/errors.ts';

const codes = Object.keys(ERROR_TABLE) as ErrorCode[];

test.each(codes)('%s has a code of every vendor, and tells the client’s fault from the server’s', (code) => {
  const error = new PictorError(code);
  const retryable = error.retryable && error.status >= 500;
  for (const service of ['tiia', 'ims'] as const) {
    expect(tencentCode(error, service)).toMatch(/^[A-Z][A-Za-z]+(\.[A-Z][A-Za-z]+)?$/);
  }
  const { status, code: huawei } = huaweiFailure(error);
  expect(huawei).toMatch(/^(AIS|APIGW?)\.\d{4}$/);
  expect([400, 401, 403, 404, 429, 500, 502, 503, 504]).toContain(status);
  if (retryable && code !== 'OVERLOADED') expect(status).toBeGreaterThanOrEqual(500);
});
