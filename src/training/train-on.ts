import { PictorError } from '../errors.ts';
import { encodeModel } from '../models/onnx/encode.ts';
import { measureUnknown } from './calibration/measure-unknown.ts';
import type { Delivered, TrainContext, TrainResult } from './context.ts';
import { countClasses, type PreparedData } from './data/prepare-data.ts';
import { describeManifest } from './describe-manifest.ts';
import { extractFeatures } from './features/extract-features.ts';
import { answer, fitModel } from './fit-model.ts';
import { classifierGraph } from './graph/classifier-graph.ts';
import { bestOf, pickRows, rowOf } from './matrix.ts';
import { buildReport } from './report/build-report.ts';
import { confusionOf } from './report/confusion.ts';
import { renderReport } from './report/html/render-report.ts';
import { measure } from './report/measures.ts';
import { judgeOutOfFold } from './report/out-of-fold.ts';
import { thumbnailsFor } from './report/thumbnails.ts';
import { tryFineTune } from './try-fine-tune.ts';
import { verifyModel } from './verify-model.ts';

/** Trains, measures, verifies and publishes. The caller holds the id's lock. */
export async function trainOn(data: PreparedData, context: TrainContext): Promise<TrainResult> {
  const { id, versions, onNotice, onProgress, onEvent, signal } = context;
  onEvent?.({ kind: 'data', classes: countClasses(data), findings: data.findings });
  const extracted = await extractFeatures(context.backbone, data.pictures, {
    engine: context.engine,
    cacheFolder: context.cacheFolder,
    onProgress: withTime((progress) => onProgress?.({ stage: 'features', ...progress })),
    ...(signal && { signal }),
  });
  const notices = [...data.notices, ...extracted.notices];
  for (const notice of notices) onNotice?.(notice);
  const usable = (index: number) => !extracted.failed.has(index);
  const rowsOf = (part: string) =>
    [...data.pictures.keys()].filter((index) => data.pictures[index]?.part === part && usable(index));
  // A validation part that was only set aside to choose between two levels is training data to the one level there is.
  const trainRows = rowsOf('train');
  onProgress?.({ stage: 'head', done: 0, total: 1 });
  const head = await fitModel(context.backbone, data, extracted.features, trainRows, context);
  onProgress?.({ stage: 'head', done: 1, total: 1 });
  onEvent?.({
    kind: 'head',
    accuracy: judgeOutOfFold(head.head.outOfFold, trainRows, data),
    confusion: confusionOf(
      trainRows.map((row) => data.pictures[row]?.classIndex ?? 0),
      trainRows.map((_, at) => bestOf(rowOf(head.head.outOfFold, at))),
      data.classes.length,
    ),
    suspects: head.suspects,
  });
  const first: Delivered = {
    level: 'head',
    fitted: head,
    features: extracted.features,
    backbone: context.backbone,
    candidates: [],
    curve: [],
    trainRows,
  };
  const chosen =
    context.fineTune === undefined
      ? first
      : await tryFineTune(first, data, { ...context, fineTune: context.fineTune, rowsOf });
  const { fitted, features, backbone } = chosen;
  const heldRows = rowsOf(data.heldOut);
  if (heldRows.length === 0) {
    throw new PictorError('DATASET_INVALID', {
      expected: 'held-out pictures that can be read',
      received: 'none',
      fix: 'Add pictures: one in five is held out',
    });
  }
  const held = heldRows.flatMap((row) => data.pictures[row] ?? []);
  const said = await answer(fitted, pickRows(features, heldRows), data.classes.length);
  const measures = measure(
    said.scores,
    held.map(({ classIndex }) => classIndex),
    held.map(({ name }) => name),
    data.classes,
  );
  const answers = held.map(({ name, classIndex }, row) => {
    const scores = rowOf(said.scores, row);
    const best = bestOf(scores);
    return {
      name,
      label: data.classes[classIndex] ?? '',
      predicted: data.classes[best] ?? '',
      score: scores[best] ?? 0,
      unknown: (said.distances[row] ?? 0) > fitted.threshold,
    };
  });
  const model = encodeModel(classifierGraph(backbone.graph, fitted.spec));
  onProgress?.({ stage: 'verify', done: 0, total: 1 });
  const verified = await verifyModel(
    model,
    describeManifest(model, { ...context, backbone, data, fitted, measures }),
    {
      engine: context.engine,
      pictures: held,
      scores: said.scores,
      ...(signal && { signal }),
    },
  );
  const unknown = await measureUnknown({
    ...context,
    backbone,
    fitted,
    data,
    features,
    trainRows: chosen.trainRows,
    held: said.distances,
  });
  const comparison = await context.compare?.(fitted, features, data);
  onProgress?.({ stage: 'verify', done: 1, total: 1 });
  const thumbnails = await thumbnailsFor(data, measures, fitted.suspects);
  const published = await versions.publish(id, {
    model,
    manifest: (version) => describeManifest(model, { ...context, backbone, data, fitted, measures, version }),
    record: {
      schema: 1,
      backbone: { id: context.backboneName, ...(context.note !== undefined && { note: context.note }) },
      seed: context.seed,
      head: context.head,
      classWeights: context.classWeights,
      knownShare: context.knownShare,
      testShare: context.testShare,
      classes: [...data.classes],
      pictures: data.pictures.filter((_, index) => usable(index)).map((picture) => ({ ...picture })),
    },
    report: (version) => {
      const json = buildReport({
        ...context,
        version,
        data,
        notices,
        chosen,
        measures,
        answers,
        unknown,
        verified,
        bytes: model.byteLength,
        ...(comparison && { comparison }),
      });
      return { json, html: renderReport(json, thumbnails) };
    },
  });
  const { version, folder } = published.version;
  return { id, version, model: published.model, report: published.report, folder };
}

/** Adds the time left to progress, from the rate so far. */
function withTime(report: (progress: { done: number; total: number; remainingMs?: number }) => void) {
  let begun: { at: number; done: number } | undefined;
  return ({ done, total }: { readonly done: number; readonly total: number }) => {
    begun ??= { at: Date.now(), done };
    const finished = done - begun.done;
    const remainingMs = finished < 4 ? undefined : ((Date.now() - begun.at) / finished) * (total - done);
    report({ done, total, ...(remainingMs !== undefined && { remainingMs }) });
  };
}
