import { useEffect, useState } from 'preact/hooks';
import { Failure } from '../api/failure.ts';
import { useTexts } from '../base/texts.ts';
import { Camera } from './camera.tsx';
import { type Found, fromAddress, fromFiles, fromTransfer } from './intake.ts';
import { TEXTS } from './texts.ts';

const SAMPLES = ['cat', 'coffee', 'astronaut'] as const;

interface Props {
  /** Whether a picture is there already: then only "another" is offered. */
  readonly compact: boolean;
  onFound(found: readonly Found[]): void;
  onProblem(failure: Failure): void;
}

/** Every way that a picture comes in by. */
export function Intake({ compact, onFound, onProblem }: Props) {
  const t = useTexts(TEXTS);
  const [over, setOver] = useState(false);
  const [camera, setCamera] = useState(false);
  const [address, setAddress] = useState('');

  useEffect(() => {
    const take = (transfer: DataTransfer | null) => {
      if (transfer === null) return;
      fromTransfer(transfer).then(
        (found) => (found.length > 0 ? onFound(found) : onProblem(new Failure('nothing-dropped'))),
        () => onProblem(new Failure('nothing-dropped')),
      );
    };
    const dragging = (event: DragEvent) => {
      event.preventDefault();
      setOver(event.type === 'dragover');
      if (event.type === 'drop') take(event.dataTransfer);
    };
    const paste = (event: ClipboardEvent) => {
      // Text pasted into a field is meant for the field.
      if (event.target instanceof HTMLInputElement || event.target instanceof HTMLTextAreaElement) return;
      take(event.clipboardData);
    };
    const names = ['dragover', 'dragleave', 'drop'] as const;
    for (const name of names) document.addEventListener(name, dragging);
    document.addEventListener('paste', paste);
    return () => {
      for (const name of names) document.removeEventListener(name, dragging);
      document.removeEventListener('paste', paste);
    };
  }, [onFound, onProblem]);

  const choose = (input: HTMLInputElement, inFolder: boolean) => {
    const found = fromFiles(input.files ?? [], inFolder);
    input.value = '';
    if (found.length > 0) onFound(found);
    else onProblem(new Failure('nothing-dropped'));
  };
  const sample = async (name: (typeof SAMPLES)[number]) => {
    try {
      const blob = await (await fetch(`/web/samples/${name}.jpg`)).blob();
      onFound([{ name: `${name}.jpg`, source: { kind: 'file', blob } }]);
    } catch {
      onProblem(new Failure('offline'));
    }
  };

  return (
    <div class={`intake${over ? ' over' : ''}${compact ? ' compact' : ''}`}>
      {!compact && <p class="invite">{t.invite}</p>}
      <div class="ways">
        <label class="button primary">
          {compact ? t.another : t.files}
          <input
            id="file"
            type="file"
            accept="image/*,.heic,.heif"
            multiple
            class="unseen"
            onChange={(event) => choose(event.currentTarget, false)}
          />
        </label>
        <label class="button">
          {t.folder}
          <input
            id="folder"
            type="file"
            class="unseen"
            ref={(input) => input?.setAttribute('webkitdirectory', '')}
            onChange={(event) => choose(event.currentTarget, true)}
          />
        </label>
        <button type="button" aria-expanded={camera} onClick={() => setCamera(!camera)}>
          {t.camera}
        </button>
      </div>
      <form
        class="row address"
        onSubmit={(event) => {
          event.preventDefault();
          if (address.trim() !== '') onFound([fromAddress(address.trim())]);
          setAddress('');
        }}
      >
        <input
          type="url"
          aria-label={t.address}
          placeholder={t.address}
          value={address}
          onInput={(event) => setAddress(event.currentTarget.value)}
        />
        <button type="submit">{t.fetchIt}</button>
      </form>
      {camera && (
        <Camera
          onPicture={(blob) =>
            onFound([{ name: `camera-${Date.now()}.jpg`, source: { kind: 'file', blob } }])
          }
          onClose={() => setCamera(false)}
        />
      )}
      {!compact && (
        <div class="samples">
          <p class="soft">{t.samples}</p>
          {SAMPLES.map((name) => (
            <button
              key={name}
              type="button"
              aria-label={t.sample[name]}
              title={t.sample[name]}
              onClick={() => sample(name)}
            >
              <img src={`/web/samples/${name}.jpg`} alt="" width="72" height="72" />
            </button>
          ))}
        </div>
      )}
    </div>
  );
}
