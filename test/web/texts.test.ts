import { expect, test } from 'vitest';
import type * as z from 'zod';
import { ERROR_TABLE } from '../../src/errors.ts';
import type * as schemas from '../../src/server/api/schemas.ts';
import type * as answers from '../../web/api/types.ts';
import { CHINESE_TITLES } from '../../web/errors/chinese-titles.ts';
import { FIXES } from '../../web/errors/fixes.ts';

test('every error code has a Chinese title, and fixes are for codes that exist', () => {
  expect(Object.keys(CHINESE_TITLES).sort()).toEqual(Object.keys(ERROR_TABLE).sort());
  expect(Object.keys(FIXES).filter((code) => !(code in ERROR_TABLE))).toEqual([]);
});

test('what the studio reads is what the server writes', () => {
  // Assignments that the type checker holds; nothing is left to run.
  type Written<Schema extends z.ZodType> = z.output<Schema>;
  const read = {
    model: (one: Written<typeof schemas.modelsAnswer>): answers.ServedModel | undefined => one.models[0],
    classify: (one: Written<typeof schemas.classifyAnswer>): answers.ClassifyAnswer => one,
    detect: (one: Written<typeof schemas.detectAnswer>): answers.DetectAnswer => one,
    tag: (one: Written<typeof schemas.tagAnswer>): answers.TagAnswer => one,
    moderate: (one: Written<typeof schemas.moderateAnswer>): answers.ModerateAnswer => one,
    job: (one: Written<typeof schemas.jobAnswer>): answers.Job => one,
  };
  expect(Object.keys(read)).toHaveLength(6);
});
