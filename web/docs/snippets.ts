/**
 * A request to this server in the languages that people send them from.
 *
 * @module
 */

export interface Call {
  readonly method: string;
  /** Whole, with the server's own origin. */
  readonly address: string;
  readonly withKey: boolean;
  /** A picture or another file as the body, or JSON. */
  readonly body: 'picture' | { readonly file: string; readonly type: string } | object | undefined;
}

export type Snippets = Readonly<Record<'curl' | 'TypeScript' | 'Python', string>>;

export function snippetsFor({ method, address, withKey, body }: Call): Snippets {
  const file =
    body === 'picture' ? { file: 'picture.jpg', type: 'image/jpeg' } : isFile(body) ? body : undefined;
  const json = body === undefined || file !== undefined ? undefined : JSON.stringify(body);
  const type = file?.type ?? (json === undefined ? undefined : 'application/json');
  const headers = { ...(type && { 'Content-Type': type }), ...(withKey && { 'X-Api-Key': '…' }) };
  return { curl: curl(), TypeScript: typeScript(), Python: python() };

  function curl(): string {
    const parts = [
      'curl',
      ...(method === 'GET' || method === 'POST' ? [] : [`-X ${method}`]),
      ...Object.entries(headers).map(([name, value]) => `-H '${name}: ${value}'`),
      ...(file ? [`--data-binary @${file.file}`] : []),
      ...(json ? [`-d '${json.replaceAll("'", "'\\''")}'`] : method === 'POST' && !file ? ["-d ''"] : []),
      `'${address}'`,
    ];
    return parts.join(' ');
  }

  function typeScript(): string {
    const members = [
      ...(method === 'GET' ? [] : [`  method: '${method}',`]),
      ...(Object.keys(headers).length === 0
        ? []
        : [
            `  headers: { ${Object.entries(headers)
              .map(([name, value]) => `'${name}': '${value}'`)
              .join(', ')} },`,
          ]),
      ...(file ? [`  body: await readFile('${file.file}'),`] : []),
      ...(json ? [`  body: JSON.stringify(${json}),`] : []),
    ];
    const call =
      members.length === 0 ? `fetch('${address}')` : `fetch('${address}', {\n${members.join('\n')}\n})`;
    const first = file ? "import { readFile } from 'node:fs/promises';\n\n" : '';
    return `${first}const response = await ${call};\nconsole.log(response.status, await response.text());`;
  }

  function python(): string {
    const fields = [
      ...(Object.keys(headers).length === 0 ? [] : [`headers=${pythonOf(headers)}`]),
      ...(file ? [`data=open('${file.file}', 'rb')`] : []),
      ...(json ? [`data='''${json}'''`] : []),
    ];
    const given = ['', ...fields].join(', ');
    return `import requests\n\nresponse = requests.${method.toLowerCase()}('${address}'${given})\nprint(response.status_code, response.text)`;
  }
}

function isFile(body: Call['body']): body is { readonly file: string; readonly type: string } {
  return typeof body === 'object' && 'file' in body && 'type' in body;
}

function pythonOf(values: Readonly<Record<string, string>>): string {
  return `{${Object.entries(values)
    .map(([name, value]) => `'${name}': '${value}'`)
    .join(', ')}}`;
}
