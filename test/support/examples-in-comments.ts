import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import ts from 'typescript';

/** An `@example` of a comment. */
export interface CommentExample {
  /** File and line, for the reader of a failure. */
  readonly where: string;
  /** Path of the source file. */
  readonly file: string;
  readonly code: string;
}

/** Every `@example` in the comments of a folder's TypeScript files. */
export function examplesIn(folder: string): CommentExample[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts') && !name.endsWith('.d.ts') && !name.endsWith('.gen.ts'))
    .sort()
    .flatMap((name) => examplesOf(join(folder, name), folder));
}

function examplesOf(file: string, folder: string): CommentExample[] {
  const text = readFileSync(file, 'utf8');
  return [...text.matchAll(/\/\*\*[\s\S]*?\*\//g)].flatMap((comment) => {
    const lines = comment[0]
      .split('\n')
      .map((line) => line.replace(/^\s*\*?\/? ?/, '').replace(/\s*\*\/$/, ''));
    const from = lines.findIndex((line) => line.startsWith('@example'));
    if (from < 0) return [];
    const rest = lines.slice(from + 1);
    const to = rest.findIndex((line) => line.startsWith('@'));
    const code = rest.slice(0, to < 0 ? undefined : to).filter((line) => !line.startsWith('```'));
    const line = text.slice(0, comment.index).split('\n').length + from;
    return [{ where: `${relative(folder, file)}:${line}`, file, code: code.join('\n') }];
  });
}

/**
 * What the compiler says about examples. An example sees what its own file exports, what `common` exports, and nothing
 * else; it may await.
 *
 * @param common path of a file whose exports every example sees
 * @returns `where: message` for each error
 */
export function complaintsAbout(examples: readonly CommentExample[], root: string, common: string): string[] {
  const config = ts.readConfigFile(join(root, 'tsconfig.json'), ts.sys.readFile);
  const { options } = ts.parseJsonConfigFileContent(config.config, ts.sys, root);
  const texts = new Map(
    examples.map((example, i) => [join(root, 'test', `example-${i}.ts`), sourceOf(example, common)] as const),
  );
  const settings: ts.CompilerOptions = {
    ...options,
    noUnusedLocals: false,
    noUnusedParameters: false,
    verbatimModuleSyntax: false,
    rewriteRelativeImportExtensions: false,
  };
  const host = ts.createCompilerHost(settings);
  const { getSourceFile, fileExists, readFile } = host;
  host.getSourceFile = (name, target) => {
    const text = texts.get(name);
    return text === undefined
      ? getSourceFile.call(host, name, target)
      : ts.createSourceFile(name, text, target);
  };
  host.fileExists = (name) => texts.has(name) || fileExists.call(host, name);
  host.readFile = (name) => texts.get(name) ?? readFile.call(host, name);
  const program = ts.createProgram([...texts.keys()], settings, host);
  return [...texts.keys()].flatMap((name, i) => {
    const source = program.getSourceFile(name);
    if (!source) return [];
    return [...program.getSyntacticDiagnostics(source), ...program.getSemanticDiagnostics(source)].map(
      ({ messageText }) => `${examples[i]?.where}: ${ts.flattenDiagnosticMessageText(messageText, ' ')}`,
    );
  });
}

/**
 * An example as a module that runs. What a comment says of a value, as in `sum(1, 2); // 3`, becomes a call of `claim`,
 * which `common` exports.
 */
export function moduleOf(example: CommentExample, common: string): string {
  const code = example.code
    .split('\n')
    .map((line) => {
      const [, expression, value] =
        /^(?!const |await |import |if |\/\/)([^;]+);\s+\/\/ (.+)$/.exec(line) ?? [];
      if (expression === undefined || value === undefined || !isLiteral(value)) return line;
      return `claim(${JSON.stringify(`${example.where}: ${line}`)}, ${expression}, (${value}));`;
    })
    .join('\n');
  return sourceOf({ ...example, code }, common);
}

/** Whether a text is a value written out, and not a remark. */
function isLiteral(text: string): boolean {
  const file = ts.createSourceFile('value.ts', `(${text})`, ts.ScriptTarget.Latest);
  const [statement] = file.statements;
  const plain = (node: ts.Node): boolean =>
    ts.isStringLiteral(node) ||
    ts.isNumericLiteral(node) ||
    node.kind === ts.SyntaxKind.TrueKeyword ||
    node.kind === ts.SyntaxKind.FalseKeyword ||
    (ts.isParenthesizedExpression(node) && plain(node.expression)) ||
    (ts.isArrayLiteralExpression(node) && node.elements.every(plain)) ||
    (ts.isObjectLiteralExpression(node) &&
      node.properties.every((property) => ts.isPropertyAssignment(property) && plain(property.initializer)));
  return (
    file.statements.length === 1 &&
    statement !== undefined &&
    ts.isExpressionStatement(statement) &&
    plain(statement.expression)
  );
}

function sourceOf({ file, code }: CommentExample, common: string): string {
  const taken = new Set(declaredNames(code));
  const own = exportedNames(file).filter((name) => !taken.has(name));
  const shared = exportedNames(common).filter((name) => !taken.has(name) && !own.includes(name));
  return [importOf(own, file), importOf(shared, common), code, 'export {};'].join('\n');
}

/** Names that an example brings itself. */
function declaredNames(code: string): string[] {
  const names: string[] = [];
  const bind = (name: ts.BindingName): void => {
    if (ts.isIdentifier(name)) names.push(name.text);
    else for (const element of name.elements) if (ts.isBindingElement(element)) bind(element.name);
  };
  for (const statement of ts.createSourceFile('example.ts', code, ts.ScriptTarget.Latest).statements) {
    if (ts.isVariableStatement(statement))
      for (const { name } of statement.declarationList.declarations) bind(name);
    const clause = ts.isImportDeclaration(statement) ? statement.importClause?.namedBindings : undefined;
    if (clause && ts.isNamedImports(clause)) names.push(...clause.elements.map(({ name }) => name.text));
  }
  return names;
}

function importOf(names: readonly string[], from: string): string {
  return names.length > 0 ? `import { ${names.join(', ')} } from ${JSON.stringify(from)};` : '';
}

function exportedNames(file: string): string[] {
  const source = ts.createSourceFile(file, readFileSync(file, 'utf8'), ts.ScriptTarget.Latest);
  const names = source.statements.flatMap((statement) => {
    if (ts.isExportDeclaration(statement)) {
      const clause = statement.exportClause;
      return clause && ts.isNamedExports(clause) ? clause.elements.map(({ name }) => name.text) : [];
    }
    const exported =
      ts.canHaveModifiers(statement) &&
      ts.getModifiers(statement)?.some(({ kind }) => kind === ts.SyntaxKind.ExportKeyword);
    if (!exported) return [];
    if (ts.isVariableStatement(statement)) {
      return statement.declarationList.declarations.flatMap(({ name }) =>
        ts.isIdentifier(name) ? [name.text] : [],
      );
    }
    const { name } = statement as ts.Statement & { readonly name?: ts.Node };
    return name && ts.isIdentifier(name) ? [name.text] : [];
  });
  // Overloads repeat a name.
  return [...new Set(names)];
}
