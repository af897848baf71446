import { type ByteSource, expandedBytes, letGo } from "./byte_source.ts";
import { ParseError, type ParseFinding } from "./parse_error.ts";

/** Reads binary data piece by piece, knowing how far it has come. */
export class ByteReader implements AsyncDisposable {
  /** Bytes read so far. */
  offset = 0;
  readonly #file: string;
  readonly #pieces: AsyncGenerator<Uint8Array>;
  #piece: Uint8Array = new Uint8Array(0);

  /**
   * @param source What to read.
   * @param file Its name, for errors.
   */
  constructor(source: ByteSource, file: string) {
    this.#file = file;
    this.#pieces = expandedBytes(source, file);
  }

  /** The next bytes, as many as there are at once and at most `most`; none at the end. */
  async some(most: number): Promise<Uint8Array> {
    while (this.#piece.length === 0) {
      const { done, value } = await this.#pieces.next();
      if (done === true) return new Uint8Array(0);
      this.#piece = value;
    }
    const bytes = this.#piece.subarray(0, most);
    this.#piece = this.#piece.subarray(bytes.length);
    this.offset += bytes.length;
    return bytes;
  }

  /** Exactly the next `count` bytes, which should be few. */
  async take(count: number, what: string): Promise<Uint8Array> {
    const bytes = new Uint8Array(count);
    for (let filled = 0; filled < count;) {
      const some = await this.some(count - filled);
      if (some.length === 0) {
        const expected = `${what} takes ${count} bytes`;
        const reason = `the file ends within ${what}`;
        this.fail({ fault: "truncated", reason, expected, received: filled });
      }
      bytes.set(some, filled);
      filled += some.length;
    }
    return bytes;
  }

  /** Refuses the input at the byte that was reached. */
  fail(finding: ParseFinding, byte: number = this.offset): never {
    throw new ParseError({ file: this.#file, byte }, finding);
  }

  /** Lets go of the source. */
  async [Symbol.asyncDispose](): Promise<void> {
    await letGo(this.#pieces);
  }
}
