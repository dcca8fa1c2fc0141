import { useEffect, useState } from 'preact/hooks';
import { useSession } from '../base/session.ts';
import { useTexts } from '../base/texts.ts';
import type { Picture } from './ask.ts';
import { findingsOf } from './findings.ts';
import { type Gallery, type GalleryState, type Outcome, outcomeOf } from './gallery.ts';
import { TEXTS } from './texts.ts';

/** All pictures in a row, with the first word of each answer. */
export function Strip({ gallery, state }: { readonly gallery: Gallery; readonly state: GalleryState }) {
  const t = useTexts(TEXTS);
  return (
    <div class="strip">
      <div class="row between">
        <h2>{t.strip(state.pictures.length)}</h2>
        <button type="button" class="quiet" onClick={gallery.clear}>
          {t.clear}
        </button>
      </div>
      <ul>
        {state.pictures.map((picture) => (
          <Item
            key={picture.id}
            picture={picture}
            outcome={outcomeOf(state, picture.id)}
            selected={picture.id === state.selected}
            onSelect={() => gallery.select(picture.id)}
            onRemove={() => gallery.remove(picture.id)}
          />
        ))}
      </ul>
    </div>
  );
}

interface ItemProps {
  readonly picture: Picture;
  readonly outcome: Outcome;
  readonly selected: boolean;
  onSelect(): void;
  onRemove(): void;
}

function Item({ picture, outcome, selected, onSelect, onRemove }: ItemProps) {
  const t = useTexts(TEXTS);
  const { language } = useSession();
  const thumbnail = useThumbnail(picture);
  const answer = outcome.state === 'answered' ? outcome.answer : undefined;
  const [best] = answer ? findingsOf(answer, language) : [];
  const word = answer?.task === 'moderate' ? t[answer.verdict] : (best?.name ?? t.states[outcome.state]);
  return (
    <li class={outcome.state}>
      <button
        type="button"
        class="thumb"
        aria-current={selected ? 'true' : undefined}
        title={picture.name}
        onClick={onSelect}
      >
        {thumbnail === undefined ? (
          <span class="blank" />
        ) : (
          <img src={thumbnail} alt="" width="88" height="66" />
        )}
        <span class="unseen">{picture.name}: </span>
        <span class="word">{word}</span>
      </button>
      <button type="button" class="remove" aria-label={t.remove(picture.name)} onClick={onRemove}>
        ×
      </button>
    </li>
  );
}

/** A picture of a few kilobytes: hundreds of whole ones would fill the memory. */
function useThumbnail({ source }: Picture): string | undefined {
  const [address, setAddress] = useState<string>();
  useEffect(() => {
    if (source.kind === 'url') return;
    let made: string | undefined;
    let left = false;
    smaller(source.blob).then(
      (blob) => {
        if (left || blob === null) return;
        made = URL.createObjectURL(blob);
        setAddress(made);
      },
      () => {},
    );
    return () => {
      left = true;
      if (made !== undefined) URL.revokeObjectURL(made);
    };
  }, [source]);
  return address;
}

async function smaller(blob: Blob): Promise<Blob | null> {
  const bitmap = await createImageBitmap(blob, { resizeWidth: 176, resizeQuality: 'medium' });
  const canvas = document.createElement('canvas');
  canvas.width = bitmap.width;
  canvas.height = bitmap.height;
  canvas.getContext('2d')?.drawImage(bitmap, 0, 0);
  bitmap.close();
  return new Promise((resolve) => canvas.toBlob(resolve, 'image/jpeg', 0.8));
}
