import type { AnalyzedFrame, VideoRun } from '../track.ts';

/** A file of results that is being written. */
export interface ResultWriter extends AsyncDisposable {
  /** Takes in a frame that was looked at. @throws FILE_WRITE_FAILED */
  write(frame: AnalyzedFrame): Promise<void>;
  /** Completes the file. @throws FILE_WRITE_FAILED */
  finish(run: Pick<VideoRun, 'summary' | 'heatMap' | 'tracks'>): Promise<void>;
}
