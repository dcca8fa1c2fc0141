/** How long and how often things are measured. */
export interface Settings {
  readonly quick: boolean;
  readonly cores: number;
  /** Rounds in which all contenders take turns. */
  readonly rounds: number;
  /** Milliseconds of one contender's turn. */
  readonly turnMs: number;
  /** Paths of the photographs. */
  readonly pictures: readonly string[];
  /** Temporary folder of this run. */
  readonly folder: string;
  readonly log: (line: string) => void;
}
