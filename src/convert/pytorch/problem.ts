import { PictorError } from '../../errors.ts';

/** The error of every PyTorch file that contradicts itself. */
export function damagedTorch(received: string, cause?: unknown): PictorError {
  return new PictorError('CONVERT_INPUT_INVALID', {
    expected: 'a sound PyTorch file',
    received,
    fix: 'Save or download the weights again',
    ...(cause === undefined ? {} : { cause }),
  });
}

/** The refusal of a file that is more than weights. */
export function moreThanWeights(received: string): PictorError {
  return new PictorError('FEATURE_UNSUPPORTED', {
    expected: 'weights alone: torch.save(model.state_dict(), "weights.pth")',
    received,
    fix: 'Save the state_dict where the model was made, or export it: torch.onnx.export(model, torch.zeros(1, 3, 224, 224), "model.onnx")',
  });
}
