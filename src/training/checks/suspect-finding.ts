import { type Finding, SHOWN_FILES, type SuspectLabel } from './types.ts';

/** Likely wrong labels as a finding. */
export function suspectFinding(suspects: readonly SuspectLabel[]): Finding {
  const count = suspects.length;
  return {
    kind: 'likely-wrong-label',
    count,
    message: `${count} ${count === 1 ? 'label is' : 'labels are'} likely wrong`,
    fix: 'Look at the pictures; move those that are wrong to their class',
    files: suspects
      .slice(0, SHOWN_FILES)
      .map(({ name, label, likely }) => `${name}: ${label}, looks like ${likely}`),
  };
}
