import { useEffect, useRef, useState } from 'preact/hooks';
import { sendJson } from '../api/client.ts';
import type { Box, Job } from '../api/types.ts';
import { useTexts } from '../base/texts.ts';
import { Boxes } from '../recognise/boxes.tsx';
import type { Line } from './lines.tsx';
import { TEXTS } from './texts.ts';

interface Frame {
  readonly time: number;
  readonly width?: number;
  readonly height?: number;
  readonly objects?: readonly {
    readonly id?: number;
    readonly label: string;
    readonly score: number;
    readonly box: Box;
  }[];
}

interface Props {
  readonly clip: File | undefined;
  readonly job: Job | undefined;
  readonly lines: readonly Line[];
}

/** The clip itself, decoded by the browser, with the boxes of the frame that is presented. */
export function Player({ clip, job, lines }: Props) {
  const t = useTexts(TEXTS);
  const video = useRef<HTMLVideoElement>(null);
  const [address, setAddress] = useState<string>();
  const [frames, setFrames] = useState<readonly Frame[]>([]);
  const [time, setTime] = useState(0);
  useEffect(() => {
    if (clip === undefined) return;
    const made = URL.createObjectURL(clip);
    setAddress(made);
    return () => URL.revokeObjectURL(made);
  }, [clip]);
  const done = job?.state === 'done';
  const id = job?.id;
  useEffect(() => {
    setFrames([]);
    if (id === undefined || !done) return;
    const abort = new AbortController();
    allFrames(id, abort.signal).then(setFrames, () => {});
    return () => abort.abort();
  }, [id, done]);
  useEffect(() => {
    const element = video.current;
    if (element === null || address === undefined) return;
    // The time of the frame that is shown, not of the one that was asked for.
    let handle = 0;
    const presented: VideoFrameRequestCallback = (_, { mediaTime }) => {
      setTime(mediaTime);
      handle = element.requestVideoFrameCallback(presented);
    };
    handle = element.requestVideoFrameCallback(presented);
    return () => element.cancelVideoFrameCallback(handle);
  }, [address]);
  if (address === undefined) return null;
  const shown = frames.findLast((frame) => frame.time <= time + 0.01);
  const seekNext = () => {
    const next = frames.find((frame) => frame.time > time + 0.02 && (frame.objects ?? []).length > 0);
    if (next && video.current) video.current.currentTime = next.time + 0.001;
  };
  return (
    <section class="card" aria-label={t.clip}>
      <div class="sheet">
        <video ref={video} src={address} controls muted playsInline aria-label={t.clip} />
        {shown?.width !== undefined && shown.height !== undefined && (
          <Boxes
            width={shown.width}
            height={shown.height}
            active={undefined}
            setActive={() => {}}
            findings={(shown.objects ?? []).map(({ id: object = 0, label, score, box }) => ({
              name: `${label} ${object || ''}`.trim(),
              more: '',
              score,
              boxes: [box],
              group: object,
            }))}
          />
        )}
        <svg class="lines" viewBox="0 0 1 1" preserveAspectRatio="none" aria-hidden="true">
          {lines.map((line, i) => (
            <line key={`line ${i}`} x1={line.x1} y1={line.y1} x2={line.x2} y2={line.y2} />
          ))}
        </svg>
      </div>
      {frames.length > 0 && (
        <button type="button" onClick={seekNext}>
          {t.next}
        </button>
      )}
    </section>
  );
}

async function allFrames(id: string, signal: AbortSignal): Promise<readonly Frame[]> {
  const frames: Frame[] = [];
  let from: number | null = 0;
  while (from !== null) {
    const page: { frames: Frame[]; next: number | null } = await sendJson(
      `/v1/jobs/${id}/frames?from=${from}&limit=2000`,
      { signal },
    );
    frames.push(...page.frames);
    from = page.next;
  }
  return frames;
}
