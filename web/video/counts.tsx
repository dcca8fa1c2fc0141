import { useTexts } from '../base/texts.ts';
import { TEXTS } from './texts.ts';

export interface Counted {
  readonly unique?: Readonly<Record<string, number>>;
  readonly lines?: readonly { readonly name: string; readonly in: number; readonly out: number }[];
}

/** Different objects, and crossings. */
export function Counts({ counted: { unique = {}, lines = [] } }: { readonly counted: Counted }) {
  const t = useTexts(TEXTS);
  return (
    <>
      <table>
        <thead>
          <tr>
            <th>{t.object}</th>
            <th>{t.different}</th>
          </tr>
        </thead>
        <tbody>
          {Object.entries(unique).map(([label, n]) => (
            <tr key={label}>
              <th scope="row">{label}</th>
              <td>{n}</td>
            </tr>
          ))}
        </tbody>
      </table>
      {lines.map((line) => (
        <p key={line.name}>{t.crossings(line.name, line.in, line.out)}</p>
      ))}
    </>
  );
}
