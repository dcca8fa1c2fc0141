import type { RefObject } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { Failure, type PageCode } from '../api/failure.ts';

export type CameraState =
  | { readonly state: 'opening' }
  /** `take` gives the frame of now as JPEG. */
  | { readonly state: 'live'; take(longestSide?: number): Promise<Blob> }
  | { readonly state: 'failed'; readonly failure: Failure };

const CODES: Readonly<Record<string, PageCode>> = {
  NotAllowedError: 'camera-denied',
  SecurityError: 'camera-denied',
  NotFoundError: 'camera-missing',
  OverconstrainedError: 'camera-missing',
  NotReadableError: 'camera-busy',
  AbortError: 'camera-busy',
};

/**
 * A camera in a video element, for as long as the component is there and its page is looked at.
 *
 * @param video that shows it
 * @param facing which way it looks, where there is a choice
 * @param attempt another number tries again
 */
export function useCamera(
  video: RefObject<HTMLVideoElement | null>,
  facing: 'environment' | 'user',
  attempt: number,
): CameraState {
  const [state, setState] = useState<CameraState>({ state: 'opening' });
  useEffect(() => {
    let stream: MediaStream | undefined;
    let left = false;
    setState({ state: 'opening' });
    open(facing).then(
      async (opened) => {
        stream = opened;
        const element = video.current;
        if (left || element === null) return end(opened);
        element.srcObject = opened;
        await element.play().catch(() => {});
        if (!left) setState({ state: 'live', take: (longestSide) => frameOf(element, longestSide) });
      },
      (thrown: unknown) => !left && setState({ state: 'failed', failure: cameraFailure(thrown) }),
    );
    return () => {
      left = true;
      if (stream !== undefined) end(stream);
    };
  }, [video, facing, attempt]);
  return state;
}

async function open(facing: 'environment' | 'user'): Promise<MediaStream> {
  // Absent on http pages, whatever the types say.
  const devices = navigator.mediaDevices as MediaDevices | undefined;
  if (devices === undefined) throw new Failure('camera-insecure');
  return devices.getUserMedia({ audio: false, video: { facingMode: facing, width: { ideal: 1280 } } });
}

function end(stream: MediaStream): void {
  for (const track of stream.getTracks()) track.stop();
}

function cameraFailure(thrown: unknown): Failure {
  if (thrown instanceof Failure) return thrown;
  const { name = '', message = '' } = thrown instanceof Error ? thrown : {};
  return new Failure(CODES[name] ?? 'camera-busy', message);
}

/** The frame as it is seen: browsers turn it as the phone is held. */
async function frameOf(video: HTMLVideoElement, longestSide = 1600): Promise<Blob> {
  const { videoWidth, videoHeight } = video;
  const scale = Math.min(1, longestSide / Math.max(videoWidth, videoHeight, 1));
  const canvas = document.createElement('canvas');
  canvas.width = Math.max(1, Math.round(videoWidth * scale));
  canvas.height = Math.max(1, Math.round(videoHeight * scale));
  canvas.getContext('2d')?.drawImage(video, 0, 0, canvas.width, canvas.height);
  return jpegOf(canvas);
}

export function jpegOf(canvas: HTMLCanvasElement): Promise<Blob> {
  return new Promise((resolve, reject) => {
    canvas.toBlob(
      (blob) => (blob === null ? reject(new Failure('no-preview')) : resolve(blob)),
      'image/jpeg',
      0.9,
    );
  });
}
