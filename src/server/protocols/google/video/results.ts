/**
 * Findings of a video in the vendor's shapes.
 *
 * @module
 */
import { stat } from 'node:fs/promises';
import type * as z from 'zod';
import { PictorError } from '../../../../errors.ts';
import type { Prediction, Tag } from '../../../../tasks/types.ts';
import { Segments } from '../../../../video/segments.ts';
import type { FrameResult, VideoSegment } from '../../../../video/types.ts';
import { type annotationResult, LOOK_INTERVAL } from '../../../jobs/kinds/annotation.ts';
import { findingLines } from '../../shared/finding-lines.ts';
import { sentenceName } from '../../shared/names.ts';
import { safetyScores } from '../../shared/safety-finding.ts';
import type { Annotation } from '../../shared/video-annotations.ts';
import { likelihoodOf } from '../features/safe-search-detection.ts';
import type { EnumStyle } from '../features/types.ts';
import type { askedOf } from './request.ts';

type Asked = z.output<typeof askedOf>;
type Result = z.output<typeof annotationResult>;

/** The vendor's answer holds everything: findings of more bytes would be too much of it. */
const MAX_FINDINGS = 32 * 1024 * 1024;

/** A duration as JSON writes it. @param seconds at least 0 */
export function duration(seconds: number): string {
  return `${Number(seconds.toFixed(6))}s`;
}

/** What was found, by the vendor's names. */
export async function annotationResults(
  annotation: Annotation,
  asked: Asked,
  result: Result,
  enums: EnumStyle,
): Promise<object> {
  const parts: object[] = [];
  for (const feature of annotation.input.features) {
    const path = annotation.findings(feature);
    if (path === undefined) continue;
    const { size } = await stat(path);
    if (size > MAX_FINDINGS) {
      throw new PictorError('FEATURE_UNSUPPORTED', {
        expected: `findings of at most ${MAX_FINDINGS / 1024 / 1024} MiB in one answer`,
        received: `${Math.ceil(size / 1024 / 1024)} MiB`,
        fix: 'Ask for a shorter video, or with POST /v1/video',
      });
    }
    const version = result.models[feature] ?? '';
    if (feature === 'tag') parts.push(await labels(path, asked, result, version));
    if (feature === 'moderate') parts.push({ explicitAnnotation: await explicit(path, enums, version) });
    if (feature === 'detect') parts.push({ objectAnnotations: await objects(path, asked, version) });
  }
  return Object.assign({}, ...parts);
}

interface TagLine {
  readonly time: number;
  readonly tags: readonly Tag[];
}

async function labels(path: string, asked: Asked, { source, seconds }: Result, version: string) {
  const known = new Map<string, Tag>();
  const frames = new Map<string, { timeOffset: string; confidence: number }[]>();
  const joined = new Segments(2 * LOOK_INTERVAL);
  for await (const { time, tags } of findingLines<TagLine>(path)) {
    for (const tag of tags) {
      known.set(tag.id, tag);
      if (tag.score < asked.frameThreshold) continue;
      const seen = frames.get(tag.id) ?? [];
      frames.set(tag.id, seen);
      seen.push({ timeOffset: duration(time), confidence: tag.score });
    }
    const sure = tags.filter(({ score }) => score >= asked.videoThreshold);
    joined.update(
      sure.map(({ id, score }) => ({ label: id, score })),
      time,
    );
  }
  const byLabel = new Map<string, VideoSegment[]>();
  for (const segment of joined.all) {
    const known = byLabel.get(segment.label);
    if (known) known.push(segment);
    else byLabel.set(segment.label, [segment]);
  }
  const whole = { startTimeOffset: '0s', endTimeOffset: duration(source.duration ?? seconds) };
  const annotationsOf = <Part>(ids: Iterable<string>, part: (id: string) => Part) =>
    [...ids].flatMap((id) => {
      const tag = known.get(id);
      return tag ? [{ ...entitiesOf(tag), ...part(id), version }] : [];
    });
  const peakOf = (id: string) => Math.max(...(byLabel.get(id) ?? []).map(({ peak }) => peak));
  return {
    segmentLabelAnnotations: annotationsOf(byLabel.keys(), (id) => ({
      segments: [{ segment: whole, confidence: peakOf(id) }],
    })),
    shotLabelAnnotations: annotationsOf(byLabel.keys(), (id) => ({
      segments: (byLabel.get(id) ?? []).map(({ start, end, peak }) => ({
        segment: { startTimeOffset: duration(start), endTimeOffset: duration(end) },
        confidence: peak,
      })),
    })),
    ...(asked.frames && {
      frameLabelAnnotations: annotationsOf(frames.keys(), (id) => ({ frames: frames.get(id) ?? [] })),
    }),
  };
}

function entitiesOf({ id, label, parents }: Tag) {
  const languageCode = 'en-US';
  const [parent] = parents;
  return {
    entity: { entityId: id, description: sentenceName(label), languageCode },
    categoryEntities: parent ? [{ description: sentenceName(parent.en), languageCode }] : [],
  };
}

interface SafetyLine {
  readonly time: number;
  readonly labels: readonly Prediction[];
}

async function explicit(path: string, enums: EnumStyle, version: string) {
  const frames: object[] = [];
  for await (const { time, labels: predictions } of findingLines<SafetyLine>(path)) {
    const likelihood = likelihoodOf(safetyScores({ predictions }).explicit, enums);
    frames.push({ timeOffset: duration(time), pornographyLikelihood: likelihood });
  }
  return { frames, version };
}

async function objects(path: string, asked: Asked, version: string) {
  interface Track {
    readonly label: string;
    readonly frames: object[];
    readonly start: number;
    end: number;
    sum: number;
  }
  const tracks = new Map<number, Track>();
  for await (const { time, width, height, objects: seen } of findingLines<FrameResult>(path)) {
    for (const { id, label, score, box } of seen) {
      if (id === undefined) continue;
      const track = tracks.get(id) ?? { label, frames: [], start: time, end: time, sum: 0 };
      tracks.set(id, track);
      Object.assign(track, { end: time, sum: track.sum + score });
      track.frames.push({
        normalizedBoundingBox: {
          left: box.x / width,
          top: box.y / height,
          right: (box.x + box.width) / width,
          bottom: (box.y + box.height) / height,
        },
        timeOffset: duration(time),
      });
    }
  }
  return [...tracks.values()]
    .map(({ label, frames, start, end, sum }) => ({
      entity: { description: sentenceName(label), languageCode: 'en-US' },
      confidence: sum / frames.length,
      frames,
      segment: { startTimeOffset: duration(start), endTimeOffset: duration(end) },
      version,
    }))
    .filter(({ confidence }) => confidence >= asked.videoThreshold);
}
