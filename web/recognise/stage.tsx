import { useEffect, useState } from 'preact/hooks';
import { Failure } from '../api/failure.ts';
import { useTexts } from '../base/texts.ts';
import { FailureNotice } from '../ui/failure-notice.tsx';
import { type Answer, type Picture, serverPreview } from './ask.ts';
import { Boxes } from './boxes.tsx';
import type { Finding } from './findings.ts';
import { TEXTS } from './texts.ts';

interface Props {
  readonly picture: Picture;
  readonly answer: Answer | undefined;
  readonly findings: readonly Finding[];
  readonly active: number | undefined;
  setActive(index: number | undefined): void;
}

/** The selected picture with what was found in it. */
export function Stage({ picture, answer, findings, active, setActive }: Props) {
  const t = useTexts(TEXTS);
  const { address, failed, onError } = usePreview(picture);
  const [boxes, setBoxes] = useState(true);
  const some = findings.some((finding) => finding.boxes.length > 0);
  const known = answer?.picture;
  return (
    <figure class="frame">
      {failed ? (
        <FailureNotice failure={new Failure('no-preview')} />
      ) : (
        <div class="sheet">
          {address !== undefined && (
            <img id="preview" src={address} alt={t.picture(picture.name)} onError={onError} />
          )}
          {known !== undefined && boxes && some && (
            <Boxes
              width={known.width}
              height={known.height}
              findings={findings}
              active={active}
              setActive={setActive}
            />
          )}
        </div>
      )}
      <figcaption>
        <span class="name">{picture.name}</span>
        {picture.source.kind === 'url' && <span class="soft">{t.fetched}</span>}
        {some && (
          <label class="check">
            <input
              type="checkbox"
              checked={boxes}
              onChange={(event) => setBoxes(event.currentTarget.checked)}
            />
            {t.boxes}
          </label>
        )}
      </figcaption>
    </figure>
  );
}

/** An address of the picture: its own bytes, or a JPEG of the server for what the browser cannot show. */
function usePreview(picture: Picture) {
  const own = picture.source.kind === 'file' ? picture.source.blob : undefined;
  const [blob, setBlob] = useState(own);
  const [ask, setAsk] = useState(own === undefined);
  const [failed, setFailed] = useState(false);
  const [address, setAddress] = useState<string>();
  useEffect(() => {
    if (blob === undefined) return;
    const made = URL.createObjectURL(blob);
    setAddress(made);
    return () => URL.revokeObjectURL(made);
  }, [blob]);
  useEffect(() => {
    if (!ask) return;
    const abort = new AbortController();
    serverPreview(picture, abort.signal).then(setBlob, () => !abort.signal.aborted && setFailed(true));
    return () => abort.abort();
  }, [ask, picture]);
  return { address, failed, onError: () => (ask ? setFailed(true) : setAsk(true)) };
}
