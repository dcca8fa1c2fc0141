import type { Thumbnails } from '../thumbnails.ts';
import type { TrainingReport } from '../types.ts';

export function renderReport(report: TrainingReport, _thumbnails: Thumbnails): string {
  return `<!doctype html><pre>${JSON.stringify(report, null, 2)}</pre>`;
}
