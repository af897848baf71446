import { shortestFloat32 } from "./decimal.ts";
import { FormatError } from "./errors.ts";

const CAPACITY = 1 << 16;
const LONGEST_WRITE = 64;

/** Collects text to be written, in pieces of 64 KiB; a number takes no string where it can. */
export class TextBuffer {
  #bytes = new Uint8Array(CAPACITY);
  #length = 0;
  readonly #encoder = new TextEncoder();
  // Networks whose weights are all equal are common enough to remember the last one.
  #lastValue = 0;
  #lastText = this.#encoder.encode("0");

  /** @param format The format that is written, for errors. */
  constructor(readonly format: string) {}

  /** Whether it is time to {@linkcode take}: nothing longer than a number may be added before. */
  get full(): boolean {
    return this.#length + 4 * LONGEST_WRITE > CAPACITY;
  }

  /** What was written since the last time. */
  take(): Uint8Array<ArrayBuffer> {
    const taken = this.#bytes.subarray(0, this.#length);
    this.#bytes = new Uint8Array(CAPACITY);
    this.#length = 0;
    return taken;
  }

  /** Adds ASCII text of at most {@linkcode LONGEST_WRITE} characters. */
  text(text: string): this {
    this.#length += this.#encoder.encodeInto(text, this.#bytes.subarray(this.#length)).written;
    return this;
  }

  /** Adds a whole number from 0, then a separator. */
  index(index: number, separator: string): this {
    let digits = 1;
    for (let bound = 10; index >= bound; bound *= 10) digits++;
    let rest = index;
    for (let at = this.#length + digits - 1; at >= this.#length; at--) {
      this.#bytes[at] = 0x30 + rest % 10;
      rest = Math.floor(rest / 10);
    }
    this.#length += digits;
    this.#bytes[this.#length++] = separator.charCodeAt(0);
    return this;
  }

  /** Adds the shortest text that reads back as the same f32, then a newline. */
  float32(value: number): this {
    if (!Object.is(value, this.#lastValue)) this.#remember(value);
    this.#bytes.set(this.#lastText, this.#length);
    this.#length += this.#lastText.length;
    this.#bytes[this.#length++] = 0x0a;
    return this;
  }

  #remember(value: number): void {
    if (!Number.isFinite(value)) {
      const message = `Cannot write ${this.format}: values must be finite: received ${value}`;
      throw new FormatError(this.format, "range", message);
    }
    this.#lastValue = value;
    this.#lastText = this.#encoder.encode(shortestFloat32(value));
  }
}
