import { useEffect, useRef, useState } from 'preact/hooks';
import { useTexts } from '../base/texts.ts';
import { FailureNotice } from '../ui/failure-notice.tsx';
import { useCamera } from '../ui/use-camera.ts';
import { TEXTS } from './texts.ts';

/** A viewfinder with a shutter. */
export function Camera({ onPicture, onClose }: { onPicture(picture: Blob): void; onClose(): void }) {
  const t = useTexts(TEXTS);
  const video = useRef<HTMLVideoElement>(null);
  const [facing, setFacing] = useState<'environment' | 'user'>('environment');
  const [attempt, setAttempt] = useState(0);
  const camera = useCamera(video, facing, attempt);
  const shutter = useRef<HTMLButtonElement>(null);
  useEffect(() => {
    if (camera.state === 'live') shutter.current?.focus();
  }, [camera.state]);
  return (
    <div class="camera">
      <video
        ref={video}
        muted
        playsInline
        aria-label={t.viewfinder}
        class={camera.state === 'live' ? '' : 'hidden'}
      />
      {camera.state === 'opening' && (
        <p class="hint" role="status">
          {t.openingCamera}
        </p>
      )}
      {camera.state === 'failed' && (
        <FailureNotice failure={camera.failure} onRetry={() => setAttempt(attempt + 1)} />
      )}
      <div class="ways">
        {camera.state === 'live' && (
          <>
            <button
              ref={shutter}
              type="button"
              class="primary"
              onClick={async () => onPicture(await camera.take())}
            >
              {t.shutter}
            </button>
            <button type="button" onClick={() => setFacing(facing === 'user' ? 'environment' : 'user')}>
              {t.otherCamera}
            </button>
          </>
        )}
        <button type="button" onClick={onClose}>
          {t.closeCamera}
        </button>
      </div>
    </div>
  );
}
