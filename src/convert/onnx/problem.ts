/**
 * What is wrong with one operation. The importer that knows the operation's name turns it into an error of the table.
 */
export class OperationProblem extends Error {
  readonly kind: 'invalid' | 'unsupported';

  constructor(kind: OperationProblem['kind'], message: string) {
    super(message);
    this.kind = kind;
  }
}

/** The operation contradicts its inputs or itself. */
export function invalid(message: string): OperationProblem {
  return new OperationProblem('invalid', message);
}

/** The operation is sound, but has a form that is not translated. */
export function unsupported(message: string): OperationProblem {
  return new OperationProblem('unsupported', message);
}

/** Thrown where a graph needs the batch to be a number; the importer starts again with a batch of one. */
export class BatchNeedsNumber extends Error {}
