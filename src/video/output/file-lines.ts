import { randomUUID } from 'node:crypto';
import { type FileHandle, open, rename, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { PictorError } from '../../errors.ts';

/** Characters that wait for the disk. */
const BUFFERED = 256 * 1024;

/** A text file that is written piece by piece and appears under its name when it is complete. */
export class FileLines implements AsyncDisposable {
  readonly #path: string;
  readonly #part: string;
  #file: FileHandle | undefined;
  #waiting = '';
  #done = false;

  /** @param path where it appears; written beside it until then */
  constructor(path: string) {
    this.#path = path;
    this.#part = join(dirname(path), `.${basename(path)}.${randomUUID().slice(0, 8)}.part`);
  }

  /** @throws FILE_WRITE_FAILED */
  async write(text: string): Promise<void> {
    this.#waiting += text;
    if (this.#waiting.length >= BUFFERED || !this.#file) await this.#flush();
  }

  /** Reads what was written so far, line by line; for what has to be put in another order. */
  async *lines(): AsyncGenerator<string, void> {
    await this.#flush();
    const file = await open(this.#part, 'r');
    try {
      for await (const line of file.readLines()) yield line;
    } finally {
      await file.close();
    }
  }

  /** Makes it complete. @throws FILE_WRITE_FAILED */
  async finish(): Promise<void> {
    await this.#guarded(async () => {
      await this.#flush();
      await this.#file?.close();
      this.#file = undefined;
      await rename(this.#part, this.#path);
    });
    this.#done = true;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#done) return;
    await this.#file?.close().catch(() => {});
    await rm(this.#part, { force: true });
  }

  async #flush(): Promise<void> {
    await this.#guarded(async () => {
      this.#file ??= await open(this.#part, 'w');
      const text = this.#waiting;
      this.#waiting = '';
      await this.#file.writeFile(text);
    });
  }

  async #guarded(work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (cause) {
      const code = cause instanceof Error && 'code' in cause ? cause.code : cause;
      throw new PictorError('FILE_WRITE_FAILED', { received: `${this.#path} (${code})`, cause });
    }
  }
}
