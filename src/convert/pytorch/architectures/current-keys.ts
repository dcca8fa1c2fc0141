import type { TorchTensor } from '../tensor.ts';

/**
 * State dicts with the keys of torchvision today: those of its first DenseNets, and heads that somebody replaced by a
 * sequence (`fc.1.weight` behind a dropout) of which one layer has weights.
 */
export function currentKeys(tensors: ReadonlyMap<string, TorchTensor>): ReadonlyMap<string, TorchTensor> {
  const current = new Map([...tensors].map(([key, tensor]) => [densenetKey(key), tensor]));
  const heads = current.has('features.conv0.weight') ? ['classifier'] : ['fc', 'classifier.1'];
  for (const head of heads) {
    if (current.has(`${head}.weight`)) continue;
    const inner = [...current.keys()].filter(
      (key) => key.startsWith(`${head}.`) && /^\d+\.weight$/.test(key.slice(head.length + 1)),
    );
    const [only] = inner;
    if (only === undefined || inner.length > 1 || current.get(only)?.shape.length !== 2) continue;
    for (const part of ['weight', 'bias']) {
      const tensor = current.get(only.replace(/weight$/, part));
      if (tensor) current.set(`${head}.${part}`, tensor);
    }
  }
  return current;
}

/** The first weights of torchvision have keys such as `norm.1` where later ones have `norm1`. */
function densenetKey(key: string): string {
  return key.replace(/^(.*denselayer\d+\.(?:norm|relu|conv))\.([12]\..*)$/, '$1$2');
}
