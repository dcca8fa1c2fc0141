import { percent } from '../base/texts.ts';
import type { Finding } from './findings.ts';

/** Okabe and Ito's colours, which people with any colour vision tell apart; black is left out. */
export const COLOURS = ['#e69f00', '#56b4e9', '#009e73', '#f0e442', '#0072b2', '#d55e00', '#cc79a7'] as const;

export function colourOf({ group }: Finding): string {
  return COLOURS[group % COLOURS.length] ?? COLOURS[0];
}

interface Props {
  /** Of the picture, pixels. */
  readonly width: number;
  readonly height: number;
  readonly findings: readonly Finding[];
  readonly active: number | undefined;
  setActive(index: number | undefined): void;
}

/** Boxes in the picture's own pixels; names stay inside it. The list beside it says the same to those who see none. */
export function Boxes({ width, height, findings, active, setActive }: Props) {
  const text = Math.max(width, height) / 42;
  const line = Math.max(width, height) / 300;
  return (
    <svg id="boxes" class="boxes" viewBox={`0 0 ${width} ${height}`} aria-hidden="true">
      {findings.map((finding, i) =>
        finding.boxes.map((box) => {
          const label = `${finding.name} ${percent(finding.score)}`;
          const plate = Math.min(width, widthOf(label) * text);
          const x = Math.max(0, Math.min(box.x, width - plate));
          const y = box.y > text * 1.5 ? box.y - text * 1.5 : Math.min(box.y, height - text * 1.5);
          return (
            <g
              key={`${i} ${box.x} ${box.y}`}
              class={active === undefined || active === i ? 'box' : 'box faint'}
              onPointerEnter={() => setActive(i)}
              onPointerLeave={() => setActive(undefined)}
            >
              <rect class="under" stroke-width={line * 2.2} {...box} />
              <rect
                class="over"
                stroke={colourOf(finding)}
                stroke-width={active === i ? line * 1.6 : line}
                {...box}
              />
              <rect class="plate" x={x} y={y} width={plate} height={text * 1.5} fill={colourOf(finding)} />
              <text x={x + text * 0.3} y={y + text * 1.1} font-size={text}>
                {label}
              </text>
            </g>
          );
        }),
      )}
    </svg>
  );
}

/** Of a text, roughly, in heights of its font: Chinese characters are twice as wide. */
export function widthOf(text: string): number {
  let width = 0.6;
  for (const character of text) width += character.charCodeAt(0) > 0x2e7f ? 1 : 0.56;
  return width;
}
