/**
 * Reads the data that a bundled UMD module exports, without running the module: some packages ship models as JavaScript.
 *
 * @module
 */
import ts from 'typescript';

/**
 * The literal that a module assigns to `exports`.
 *
 * @param source JavaScript text with one `x.exports = literal`
 * @throws Error when there is no such literal, or it is made of more than literals
 * @example
 * readUmdModule('!function(e){e.exports={scale:.5,list:[!0,-1]}}({})'); // { scale: 0.5, list: [true, -1] }
 */
export function readUmdModule(source: string): unknown {
  const file = ts.createSourceFile('module.js', source, ts.ScriptTarget.ESNext, false, ts.ScriptKind.JS);
  const found: ts.Expression[] = [];
  const visit = (node: ts.Node): void => {
    const value = exported(node);
    if (value) found.push(value);
    else ts.forEachChild(node, visit);
  };
  visit(file);
  const [literal, ...more] = found;
  if (!literal || more.length > 0) throw new Error(`${found.length} literals are exported, not one`);
  return literalOf(literal);
}

function exported(node: ts.Node): ts.Expression | undefined {
  if (!ts.isBinaryExpression(node) || node.operatorToken.kind !== ts.SyntaxKind.EqualsToken) return undefined;
  const { left, right } = node;
  const assigns = ts.isPropertyAccessExpression(left) && left.name.text === 'exports';
  return assigns && (ts.isObjectLiteralExpression(right) || ts.isStringLiteralLike(right))
    ? right
    : undefined;
}

function literalOf(node: ts.Expression): unknown {
  if (ts.isStringLiteralLike(node)) return node.text;
  if (ts.isNumericLiteral(node)) return Number(node.text);
  if (ts.isArrayLiteralExpression(node)) return node.elements.map(literalOf);
  if (ts.isObjectLiteralExpression(node)) return Object.fromEntries(node.properties.map(entryOf));
  if (ts.isPrefixUnaryExpression(node)) {
    const operand = literalOf(node.operand);
    if (node.operator === ts.SyntaxKind.MinusToken) return -Number(operand);
    if (node.operator === ts.SyntaxKind.ExclamationToken) return !operand;
  }
  if (node.kind === ts.SyntaxKind.NullKeyword) return null;
  if (node.kind === ts.SyntaxKind.TrueKeyword) return true;
  if (node.kind === ts.SyntaxKind.FalseKeyword) return false;
  throw new Error(`a ${ts.SyntaxKind[node.kind]} in the exported data`);
}

function entryOf(property: ts.ObjectLiteralElementLike): [string, unknown] {
  if (ts.isPropertyAssignment(property)) {
    const { name, initializer } = property;
    if (ts.isIdentifier(name) || ts.isStringLiteralLike(name) || ts.isNumericLiteral(name)) {
      return [name.text, literalOf(initializer)];
    }
  }
  throw new Error(`a ${ts.SyntaxKind[property.kind]} in the exported data`);
}
