import { useEffect, useRef, useState } from 'preact/hooks';
import { sendJson } from '../api/client.ts';
import { type Failure, failureOf } from '../api/failure.ts';
import type { ClassifyAnswer } from '../api/types.ts';
import { useSession } from '../base/session.ts';
import { useTexts } from '../base/texts.ts';
import { Bars } from '../recognise/bars.tsx';
import { findingsOf } from '../recognise/findings.ts';
import { FailureNotice } from '../ui/failure-notice.tsx';
import { useCamera } from '../ui/use-camera.ts';
import { TEXTS } from './texts.ts';

const EVERY_MS = 500;

/** The trained model on a file, or on what the camera sees. */
export function TryIt({ model }: { readonly model: string }) {
  const t = useTexts(TEXTS);
  const { language } = useSession();
  const [live, setLive] = useState(false);
  const [answer, setAnswer] = useState<ClassifyAnswer>();
  const [failure, setFailure] = useState<Failure>();
  const classify = async (blob: Blob) => {
    try {
      const path = `/v1/classify?model=${encodeURIComponent(model)}&lang=${language}`;
      setAnswer(
        await sendJson(path, {
          method: 'POST',
          headers: { 'Content-Type': 'application/octet-stream' },
          body: blob,
        }),
      );
      setFailure(undefined);
    } catch (thrown) {
      setFailure(failureOf(thrown));
    }
  };
  return (
    <div class="try">
      <h3>{t.tryIt}</h3>
      <div class="ways">
        <label class="button">
          {t.choose}
          <input
            id="try"
            type="file"
            accept="image/*"
            class="unseen"
            onChange={(event) => event.currentTarget.files?.[0] && classify(event.currentTarget.files[0])}
          />
        </label>
        <button type="button" aria-pressed={live} onClick={() => setLive(!live)}>
          {t.camera}
        </button>
      </div>
      {live && <Live onPicture={classify} />}
      {failure !== undefined && <FailureNotice failure={failure} />}
      {answer?.unknown === true && <p class="caution">{t.unknown}</p>}
      {answer !== undefined && (
        <Bars
          findings={findingsOf({ task: 'classify', ...answer }, language)}
          active={undefined}
          setActive={() => {}}
        />
      )}
    </div>
  );
}

/** Asks about a frame when the one before is answered, and not while nobody looks. */
function Live({ onPicture }: { onPicture(blob: Blob): Promise<void> }) {
  const t = useTexts(TEXTS);
  const video = useRef<HTMLVideoElement>(null);
  const [attempt, setAttempt] = useState(0);
  const camera = useCamera(video, 'environment', attempt);
  const newest = useRef(onPicture);
  newest.current = onPicture;
  useEffect(() => {
    if (camera.state !== 'live') return;
    let left = false;
    const loop = async () => {
      while (!left) {
        if (!document.hidden)
          await camera.take(480).then(
            (blob) => newest.current(blob),
            () => {},
          );
        await new Promise((resolve) => setTimeout(resolve, EVERY_MS));
      }
    };
    void loop();
    return () => {
      left = true;
    };
  }, [camera]);
  return (
    <div class="camera">
      <video
        ref={video}
        muted
        playsInline
        aria-label={t.camera}
        class={camera.state === 'live' ? '' : 'hidden'}
      />
      {camera.state === 'failed' && (
        <FailureNotice failure={camera.failure} onRetry={() => setAttempt(attempt + 1)} />
      )}
    </div>
  );
}
