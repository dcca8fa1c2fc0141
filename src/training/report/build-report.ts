import { suspectFinding } from '../checks/suspect-finding.ts';
import type { Delivered, TrainContext } from '../context.ts';
import { countClasses, type PreparedData } from '../data/prepare-data.ts';
import type { Verified } from '../verify-model.ts';
import type { Measures } from './measures.ts';
import { judgeOutOfFold } from './out-of-fold.ts';
import type { Comparison, HeldOutAnswer, TrainingReport, UnknownMeasures } from './types.ts';

interface Parts
  extends Pick<
    TrainContext,
    'id' | 'command' | 'started' | 'seed' | 'dataPath' | 'backboneName' | 'backbone' | 'note'
  > {
  readonly version: number;
  readonly data: PreparedData;
  readonly notices: readonly string[];
  readonly chosen: Delivered;
  readonly measures: Measures;
  readonly answers: readonly HeldOutAnswer[];
  readonly unknown: UnknownMeasures;
  readonly verified: Verified;
  readonly bytes: number;
  readonly comparison?: Comparison;
}

/** Puts the report together. */
export function buildReport(parts: Parts): TrainingReport {
  const { data, chosen, measures, unknown, verified, note, comparison } = parts;
  const { head, thresholds, suspects } = chosen.fitted;
  const suspicious = suspects.length > 0 ? [suspectFinding(suspects)] : [];
  return {
    schema: 1,
    id: parts.id,
    version: parts.version,
    createdAt: new Date().toISOString(),
    command: parts.command,
    data: {
      path: parts.dataPath,
      layout: data.layout,
      divided: data.divided,
      classes: countClasses(data),
      findings: [...data.findings, ...suspicious],
      suspects,
      notices: parts.notices,
    },
    backbone: {
      id: parts.backboneName,
      features: chosen.features.columns,
      ...(note !== undefined && { note }),
    },
    head: {
      kind: head.kind,
      ...(head.lambda !== undefined && { lambda: head.lambda }),
      path: head.path,
      temperature: head.temperature,
      thresholds,
      outOfFold: judgeOutOfFold(head.outOfFold, chosen.trainRows, data),
    },
    candidates: chosen.candidates,
    level: chosen.level,
    curve: chosen.curve,
    heldOut: data.heldOut,
    measures,
    answers: parts.answers,
    unknown,
    ...(comparison && { comparison }),
    model: {
      bytes: parts.bytes,
      licence: chosen.backbone.model.manifest.licence,
      pictureMs: verified.pictureMs,
      difference: verified.difference,
      checked: verified.checked,
    },
    seed: parts.seed,
    durationMs: Date.now() - parts.started,
  };
}
