import type { HeldOutAnswer } from '../report/types.ts';
import type { ModelVersion, VersionStore } from './version-store.ts';

/** What two versions say of the pictures that both hold out. */
export interface AnswersOfBoth {
  readonly from: number;
  readonly to: number;
  /** Pictures that both hold out. */
  readonly pictures: number;
  /** Share that `from` has right, 0..1. */
  readonly before: number;
  readonly after: number;
  /** Names of pictures that were wrong and are right, and the reverse. */
  readonly fixed: readonly string[];
  readonly broken: readonly string[];
}

/**
 * Compares two versions picture by picture, from what their reports say. Pictures are known by their content.
 *
 * @throws MODEL_STORE_FAILED
 */
export async function answersOfBoth(
  versions: Pick<VersionStore, 'record' | 'report'>,
  from: ModelVersion,
  to: ModelVersion,
): Promise<AnswersOfBoth> {
  const before = await answersByContent(versions, from);
  const after = await answersByContent(versions, to);
  const both = [...after].flatMap(([sha256, now]) => {
    const old = before.get(sha256);
    return old?.label === now.label
      ? [{ name: now.name, was: old.predicted === old.label, is: now.predicted === now.label }]
      : [];
  });
  const share = (right: number) => (both.length === 0 ? 0 : right / both.length);
  return {
    from: from.version,
    to: to.version,
    pictures: both.length,
    before: share(both.filter(({ was }) => was).length),
    after: share(both.filter(({ is }) => is).length),
    fixed: both.filter(({ was, is }) => !was && is).map(({ name }) => name),
    broken: both.filter(({ was, is }) => was && !is).map(({ name }) => name),
  };
}

async function answersByContent(
  versions: Pick<VersionStore, 'record' | 'report'>,
  version: ModelVersion,
): Promise<Map<string, HeldOutAnswer>> {
  const { pictures } = await versions.record(version);
  const { answers } = await versions.report(version);
  const contents = new Map(pictures.map(({ name, sha256 }) => [name, sha256]));
  return new Map(
    answers.flatMap((answer) => {
      const sha256 = contents.get(answer.name);
      return sha256 === undefined ? [] : [[sha256, answer] as const];
    }),
  );
}
