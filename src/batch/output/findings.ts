import * as z from 'zod';
import type { BatchRow } from '../types.ts';

const boxSchema = z.object({ x: z.number(), y: z.number(), width: z.number(), height: z.number() });

const labelSchema = z.object({
  label: z.string(),
  index: z.number().optional(),
  score: z.number(),
  parents: z.array(z.object({ en: z.string() })).optional(),
  instances: z.array(z.object({ score: z.number(), box: boxSchema })).optional(),
  box: boxSchema.optional(),
});

const answerSchema = z.object({
  picture: z.object({ width: z.number(), height: z.number() }).optional(),
  predictions: z.array(labelSchema).optional(),
  tags: z.array(labelSchema).optional(),
  detections: z.array(labelSchema).optional(),
  verdict: z.string().optional(),
});

/** A rectangle in pixels. */
export type Box = z.infer<typeof boxSchema>;

/** One label of an answer, whichever task gave it. */
export interface Finding {
  readonly label: string;
  readonly index?: number | undefined;
  /** 0..1. */
  readonly score: number;
  readonly parents: readonly string[];
  readonly boxes: readonly { readonly score: number; readonly box: Box }[];
}

/** What a row found, best first. */
export interface Findings {
  readonly width: number;
  readonly height: number;
  readonly verdict?: string | undefined;
  readonly labels: readonly Finding[];
}

/** Reads the answer of a row; undefined for a failure. */
export function findingsOf(row: BatchRow): Findings | undefined {
  if (!('answer' in row)) return undefined;
  const { data } = answerSchema.safeParse(row.answer);
  const labels = data?.tags ?? data?.detections ?? data?.predictions ?? [];
  return {
    width: data?.picture?.width ?? 0,
    height: data?.picture?.height ?? 0,
    verdict: data?.verdict,
    labels: labels.map(({ label, index, score, parents, instances, box }) => ({
      label,
      index,
      score,
      parents: parents?.map(({ en }) => en) ?? [],
      boxes: box ? [{ score, box }] : (instances ?? []),
    })),
  };
}
