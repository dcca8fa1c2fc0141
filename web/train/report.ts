import type { Epoch } from './curve.tsx';

/** `report.json` as far as this page shows it. */
export interface Report {
  readonly curve: readonly Epoch[];
  readonly measures: {
    readonly n: number;
    readonly top1: number;
    readonly interval: readonly [number, number];
    readonly perClass: readonly {
      readonly label: string;
      readonly n: number;
      readonly precision: number;
      readonly recall: number;
    }[];
    readonly confusion: readonly (readonly number[])[];
  };
  readonly answers: readonly {
    readonly name: string;
    readonly label: string;
    readonly predicted: string;
    readonly score: number;
  }[];
}
