/**
 * The part of the WebAssembly API that this room uses. Every Node has it; TypeScript declares it in its DOM library only,
 * which would bring in all of a browser.
 */
declare namespace WebAssembly {
  type Imports = Record<string, Record<string, Memory | (() => number)>>;

  class Memory {
    readonly buffer: ArrayBuffer;
    /** @param pages of 64 KiB */
    grow(pages: number): number;
  }

  class Instance {
    constructor(module: Module, imports?: Imports);
    readonly exports: object;
  }

  class Module {
    constructor(bytes: Uint8Array);
    static imports(module: Module): { readonly module: string; readonly name: string }[];
  }

  function compile(bytes: Uint8Array): Promise<Module>;
}
