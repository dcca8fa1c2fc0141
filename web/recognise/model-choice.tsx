import type { ServedModel } from '../api/types.ts';
import { formatBytes, percent, useTexts } from '../base/texts.ts';
import { TEXTS } from './texts.ts';

interface Props {
  readonly models: readonly ServedModel[];
  readonly chosen: string | undefined;
  /** The model that answered. */
  readonly used: string | undefined;
  onChoose(id: string | undefined): void;
}

/** Which model looks, and what is known of it. */
export function ModelChoice({ models, chosen, used, onChoose }: Props) {
  const t = useTexts(TEXTS);
  const shown = models.find(({ id }) => id === (chosen ?? used));
  return (
    <div class="model">
      <label for="model">{t.model}</label>
      <select
        id="model"
        value={chosen ?? ''}
        onChange={(event) => onChoose(event.currentTarget.value || undefined)}
      >
        <option value="">{t.automatic}</option>
        {models.map(({ id, title, state }) => (
          <option key={id} value={id} disabled={state !== 'ready' && state !== 'changed'}>
            {title ?? id}
          </option>
        ))}
      </select>
      {shown !== undefined && <p class="soft">{known(shown, t)}</p>}
      {shown?.caution !== undefined && (
        <p class="caution" lang="en">
          {shown.caution}
        </p>
      )}
    </div>
  );
}

function known({ id, version, bytes, licence, accuracy }: ServedModel, t: (typeof TEXTS)['en']): string {
  const measured = [
    accuracy?.top1 !== undefined && `top-1 ${percent(accuracy.top1)}`,
    accuracy?.top5 !== undefined && `top-5 ${percent(accuracy.top5)}`,
    accuracy?.map !== undefined && `mAP ${accuracy.map}`,
  ].filter((one) => one !== false);
  return [
    version === undefined ? id : `${id} v${version}`,
    bytes !== undefined && formatBytes(bytes),
    licence !== undefined && `${t.licence}: ${licence}`,
    measured.length > 0 ? measured.join(', ') : t.unmeasured,
  ]
    .filter((one) => one !== false)
    .join(' · ');
}
