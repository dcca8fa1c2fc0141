import type { OnnxNode } from './types.ts';

/** An integer attribute of a node. */
export function intOf(node: OnnxNode, name: string, fallback: number): number {
  const found = node.attributes.find((attribute) => attribute.name === name);
  return found?.type === 'int' ? found.value : fallback;
}

/** A float attribute of a node. */
export function floatOf(node: OnnxNode, name: string, fallback: number): number {
  const found = node.attributes.find((attribute) => attribute.name === name);
  return found?.type === 'float' ? found.value : fallback;
}

/** A list of integers among the attributes of a node; undefined when it has none. */
export function intsOf(node: OnnxNode, name: string): readonly number[] | undefined {
  const found = node.attributes.find((attribute) => attribute.name === name);
  return found?.type === 'ints' ? found.value : undefined;
}

/** A text among the attributes of a node. */
export function stringOf(node: OnnxNode, name: string, fallback: string): string {
  const found = node.attributes.find((attribute) => attribute.name === name);
  return found?.type === 'string' ? found.value : fallback;
}
