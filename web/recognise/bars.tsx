import { useEffect, useRef } from 'preact/hooks';
import { percent } from '../base/texts.ts';
import { colourOf } from './boxes.tsx';
import type { Finding } from './findings.ts';

interface Props {
  readonly findings: readonly Finding[];
  readonly active: number | undefined;
  setActive(index: number | undefined): void;
}

/** Names with bars. A name that is pointed at shows its box, and the other way round. */
export function Bars({ findings, active, setActive }: Props) {
  return (
    <ol class="bars">
      {findings.map((finding, i) => (
        <Bar
          key={`${i} ${finding.name}`}
          finding={finding}
          active={active === i}
          onActive={(yes) => setActive(yes ? i : undefined)}
        />
      ))}
    </ol>
  );
}

function Bar({
  finding,
  active,
  onActive,
}: {
  readonly finding: Finding;
  readonly active: boolean;
  onActive(yes: boolean): void;
}) {
  const part = useRef<HTMLElement>(null);
  const { name, more, score, boxes } = finding;
  const located = boxes.length > 0;
  useEffect(() => {
    // The policy of the page forbids style attributes, not properties.
    part.current?.style.setProperty('--part', String(Math.min(1, score)));
    if (located) part.current?.style.setProperty('--colour', colourOf(finding));
  }, [finding, score, located]);
  const line = (
    <>
      <span class="line">
        <span class="name">
          {name}
          {more !== '' && <span class="more">{more}</span>}
        </span>
        <span class="percent">{percent(score)}</span>
      </span>
      <span class="track">
        <i ref={part} />
      </span>
    </>
  );
  return (
    <li
      class={active ? 'active' : undefined}
      onPointerEnter={() => onActive(true)}
      onPointerLeave={() => onActive(false)}
    >
      {located ? (
        <button
          type="button"
          class="plain"
          aria-pressed={active}
          onFocus={() => onActive(true)}
          onBlur={() => onActive(false)}
          onClick={() => onActive(true)}
        >
          {line}
        </button>
      ) : (
        line
      )}
    </li>
  );
}
