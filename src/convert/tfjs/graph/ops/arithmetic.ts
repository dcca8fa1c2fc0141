import { layoutOf } from '../../../onnx/graph-builder.ts';
import { unsupported } from '../../../onnx/problem.ts';
import type { ValueType } from '../../../onnx/value.ts';
import {
  type Binary,
  binary,
  cast,
  compare,
  floorDiv,
  floorMod,
  logical,
  select,
  squaredDifference,
} from '../../../operators/elementwise.ts';
import type { Handler, Handlers } from './handler.ts';

function two(kind: Binary): Handler {
  return (operation) => binary(operation.graph, kind, operation.input(0), operation.input(1));
}

/** Whole numbers are divided as TensorFlow.js does it: rounded down. */
const divide: Handler = (operation) => {
  const [a, b] = [operation.input(0), operation.input(1)];
  const whole = a.type === 'int32' && b.type === 'int32';
  return whole ? floorDiv(operation.graph, a, b) : binary(operation.graph, 'Div', a, b);
};

function question(kind: Parameters<typeof compare>[1]): Handler {
  return (operation) => compare(operation.graph, kind, operation.input(0), operation.input(1));
}

const TYPES: Readonly<Record<string, ValueType>> = {
  DT_FLOAT: 'float32',
  DT_HALF: 'float32',
  DT_DOUBLE: 'float32',
  DT_INT32: 'int32',
  DT_INT64: 'int32',
  DT_UINT8: 'int32',
  DT_BOOL: 'bool',
};

const not: Handler = ({ graph, inputs: [x] }) => {
  if (x?.type !== 'bool') throw unsupported('NOT of something that is not true or false');
  const layout = layoutOf(x);
  return graph.node('Not', [graph.read(x, layout)], { shape: x.shape, layout, type: 'bool' });
};

/** Arithmetic, comparisons, and the change of element types. */
export const ARITHMETIC: Handlers = {
  Add: two('Add'),
  AddV2: two('Add'),
  BiasAdd: two('Add'),
  Sub: two('Sub'),
  Mul: two('Mul'),
  Div: divide,
  RealDiv: divide,
  Pow: two('Pow'),
  Maximum: two('Max'),
  Minimum: two('Min'),
  AddN: (operation) =>
    operation.inputs
      .slice(1)
      .reduce((sum, each) => binary(operation.graph, 'Add', sum, each), operation.input(0)),
  SquaredDifference: (operation) =>
    squaredDifference(operation.graph, operation.input(0), operation.input(1)),
  FloorDiv: (operation) => floorDiv(operation.graph, operation.input(0), operation.input(1)),
  FloorMod: (operation) => floorMod(operation.graph, operation.input(0), operation.input(1)),
  Equal: question('Equal'),
  NotEqual: (operation) => {
    const { graph } = operation;
    const equal = compare(graph, 'Equal', operation.input(0), operation.input(1));
    return graph.node('Not', [equal.name], equal);
  },
  Less: question('Less'),
  LessEqual: question('LessOrEqual'),
  Greater: question('Greater'),
  GreaterEqual: question('GreaterOrEqual'),
  LogicalAnd: (operation) => logical(operation.graph, 'And', operation.input(0), operation.input(1)),
  LogicalOr: (operation) => logical(operation.graph, 'Or', operation.input(0), operation.input(1)),
  LogicalNot: not,
  Select: (operation) => select(operation.graph, operation.input(0), operation.input(1), operation.input(2)),
  SelectV2: (operation) =>
    select(operation.graph, operation.input(0), operation.input(1), operation.input(2)),
  Cast: (operation) => {
    const wanted = operation.attributes.type('DstT') ?? '';
    const type = TYPES[wanted];
    if (!type) throw unsupported(`the element type ${wanted}`);
    return cast(operation.graph, operation.input(0), type);
  },
};
