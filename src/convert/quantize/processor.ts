import { readFile } from 'node:fs/promises';

/**
 * Whether products of 8-bit numbers may overflow on this machine: x86 without VNNI adds pairs of them in 16 bits, with
 * saturation. Weights of 7 bits avoid that.
 *
 * @see https://onnxruntime.ai/docs/performance/model-optimizations/quantization.html#when-and-why-do-i-need-to-try-u8u8
 */
export async function overflowsInPairs(): Promise<boolean> {
  if (process.arch !== 'x64') return false;
  const facts = await readFile('/proc/cpuinfo', 'utf8').catch(() => '');
  return !/\b(avx512_vnni|avx_vnni)\b/.test(facts);
}
