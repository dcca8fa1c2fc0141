import { useEffect, useRef, useState } from 'preact/hooks';
import { useTexts } from '../base/texts.ts';
import { FailureNotice } from '../ui/failure-notice.tsx';
import { useCamera } from '../ui/use-camera.ts';
import { TEXTS } from './texts.ts';

/** Pictures a second, and how large: enough to train on. */
const EVERY_MS = 250;
const LONGEST_SIDE = 480;

/** Many pictures in a row: held by whoever tries to hold, else switched on and off. */
export function Burst({ onPicture }: { onPicture(picture: Blob): void }) {
  const t = useTexts(TEXTS);
  const video = useRef<HTMLVideoElement>(null);
  const [attempt, setAttempt] = useState(0);
  const camera = useCamera(video, 'environment', attempt);
  const [on, setOn] = useState(false);
  const pressedAt = useRef(0);
  const newest = useRef(onPicture);
  newest.current = onPicture;
  useEffect(() => {
    if (!on || camera.state !== 'live') return;
    const shoot = () => {
      if (!document.hidden)
        camera.take(LONGEST_SIDE).then(
          (blob) => newest.current(blob),
          () => setOn(false),
        );
    };
    shoot();
    const timer = setInterval(shoot, EVERY_MS);
    return () => clearInterval(timer);
  }, [on, camera]);
  const press = () => {
    pressedAt.current = on ? 0 : performance.now();
    setOn(!on);
  };
  const release = () => {
    if (pressedAt.current > 0 && performance.now() - pressedAt.current > 400) setOn(false);
  };
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
      {camera.state === 'live' && (
        <button
          type="button"
          class={on ? 'primary' : ''}
          aria-pressed={on}
          onPointerDown={press}
          onPointerUp={release}
          onKeyDown={(event) => {
            if ((event.key === 'Enter' || event.key === ' ') && !event.repeat) press();
          }}
        >
          {on ? t.recording : t.record}
        </button>
      )}
    </div>
  );
}
