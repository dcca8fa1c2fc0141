import { useEffect, useState } from 'preact/hooks';
import { useTexts } from '../base/texts.ts';
import { type Found, fromFiles, fromTransfer } from '../recognise/intake.ts';
import { Burst } from './burst.tsx';
import { addSamples, type Group, removeGroup, removeSample, renameGroup, type Sample } from './project.ts';
import { TEXTS } from './texts.ts';

/** Thumbnails that are shown: thousands would make a browser crawl. */
const SHOWN = 12;

/** A class and its pictures. */
export function ClassColumn({
  group,
  samples,
}: {
  readonly group: Group;
  readonly samples: readonly Sample[];
}) {
  const t = useTexts(TEXTS);
  const [camera, setCamera] = useState(false);
  const [over, setOver] = useState(false);
  const take = (found: readonly Found[]) => {
    addSamples(
      group.id,
      found.flatMap(({ name, source }) => (source.kind === 'file' ? [{ name, blob: source.blob }] : [])),
    );
  };
  const choose = (input: HTMLInputElement, inFolder: boolean) => {
    take(fromFiles(input.files ?? [], inFolder));
    input.value = '';
  };
  const shown = samples.slice(-SHOWN).toReversed();
  return (
    <section
      class={`card class${over ? ' over' : ''}`}
      aria-label={group.name}
      onDragOver={(event) => {
        event.preventDefault();
        setOver(true);
      }}
      onDragLeave={() => setOver(false)}
      onDrop={(event) => {
        event.preventDefault();
        setOver(false);
        if (event.dataTransfer) fromTransfer(event.dataTransfer).then(take, () => {});
      }}
    >
      <div class="row">
        <input
          aria-label={t.className}
          value={group.name}
          onInput={(event) => renameGroup(group.id, event.currentTarget.value)}
        />
        <button
          type="button"
          class="quiet"
          aria-label={t.removeClass(group.name)}
          onClick={() => removeGroup(group.id)}
        >
          ×
        </button>
      </div>
      <p class="soft">{samples.length === 0 ? t.drop : t.pictures(samples.length)}</p>
      <div class="ways">
        <label class="button">
          {t.choose}
          <input
            type="file"
            accept="image/*"
            multiple
            class="unseen"
            onChange={(event) => choose(event.currentTarget, false)}
          />
        </label>
        <label class="button">
          {t.folder}
          <input
            type="file"
            class="unseen"
            ref={(input) => input?.setAttribute('webkitdirectory', '')}
            onChange={(event) => choose(event.currentTarget, true)}
          />
        </label>
        <button
          type="button"
          aria-expanded={camera}
          aria-label={t.cameraOf(group.name)}
          onClick={() => setCamera(!camera)}
        >
          {t.camera}
        </button>
      </div>
      {camera && (
        <Burst onPicture={(blob) => addSamples(group.id, [{ name: `camera-${Date.now()}.jpg`, blob }])} />
      )}
      <ul class="samples">
        {shown.map((sample) => (
          <Thumbnail key={sample.id} sample={sample} />
        ))}
        {samples.length > SHOWN && <li class="soft">{t.more(samples.length - SHOWN)}</li>}
      </ul>
    </section>
  );
}

function Thumbnail({ sample }: { readonly sample: Sample }) {
  const t = useTexts(TEXTS);
  const [address, setAddress] = useState<string>();
  useEffect(() => {
    const made = URL.createObjectURL(sample.blob);
    setAddress(made);
    return () => URL.revokeObjectURL(made);
  }, [sample.blob]);
  return (
    <li>
      <img src={address} alt={sample.name} width="56" height="56" />
      <button
        type="button"
        class="remove"
        aria-label={t.remove(sample.name)}
        onClick={() => removeSample(sample.id)}
      >
        ×
      </button>
    </li>
  );
}
