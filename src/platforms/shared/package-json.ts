/**
 * The `package.json` of an archive, for platforms that look for one.
 *
 * @param main name of the entry
 */
export function packageJson(main: string): string {
  return jsonFile({ name: 'pictor-function', version: '0.0.0', private: true, main });
}

/** A value as the text of a JSON file. */
export function jsonFile(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}
