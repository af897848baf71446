import { type ByteSource, expandedBytes, letGo } from "./byte_source.ts";
import { parseFloat32 } from "./decimal.ts";
import { ParseError, type ParseFinding } from "./parse_error.ts";

const WINDOW = 1 << 18;
const LONGEST_RECORD = 4096;
const SHOWN_CHARACTERS = 40;

const TAB = 0x09;
const NEWLINE = 0x0a;
const RETURN = 0x0d;
const SPACE = 0x20;
// "%", in which comments begin, is above all blanks and below all that numbers begin with.
const COMMENT = 0x25;
const ZERO = 0x30;

/**
 * Reads numbers from text without making strings of it: a window slides over the bytes, and the
 * methods that read stay synchronous.
 *
 * Only {@linkcode fill} waits. Whoever calls it before each record while {@linkcode low} holds has
 * at least {@linkcode LONGEST_RECORD} bytes ahead, or the end of the file.
 */
export class TextScanner implements AsyncDisposable {
  /** The line being read, from 1. */
  line = 1;
  readonly #file: string;
  readonly #pieces: AsyncGenerator<Uint8Array>;
  // One byte more than the data stays 0, which is in no number and no blank: no loop passes it.
  readonly #window = new Uint8Array(WINDOW + 1);
  #piece: Uint8Array = new Uint8Array(0);
  #at = 0;
  #end = 0;
  #drained = false;
  readonly #decoder = new TextDecoder();

  /**
   * @param source What to read.
   * @param file Its name, for errors.
   */
  constructor(source: ByteSource, file: string) {
    this.#file = file;
    this.#pieces = expandedBytes(source, file);
  }

  /** Whether the next record may not be whole in the window: time to {@linkcode fill}. */
  get low(): boolean {
    return this.#end - this.#at < LONGEST_RECORD && !this.#drained;
  }

  /** Whether the end of the file is reached. */
  get atEnd(): boolean {
    return this.#at === this.#end && this.#drained;
  }

  /** Slides the window on and fills it. */
  async fill(): Promise<void> {
    this.#window.copyWithin(0, this.#at, this.#end);
    this.#end -= this.#at;
    this.#at = 0;
    while (this.#end < WINDOW && !this.#drained) {
      if (this.#piece.length === 0) await this.#nextPiece();
      const taken = this.#piece.subarray(0, WINDOW - this.#end);
      this.#window.set(taken, this.#end);
      this.#end += taken.length;
      this.#piece = this.#piece.subarray(taken.length);
    }
    this.#window[this.#end] = 0;
  }

  /** Passes blanks within the line. */
  skipBlanks(): void {
    let at = this.#at;
    for (let byte = this.#window[at]; isBlank(byte); byte = this.#window[at]) at++;
    this.#at = at;
  }

  /** Whether a record comes next and is whole in the window; if not, {@linkcode nextRecord} looks further. */
  atRecord(): boolean {
    this.skipBlanks();
    return !this.low && this.#window[this.#at] > COMMENT;
  }

  /** Passes empty lines and comments, however many. Returns whether a record follows. */
  async nextRecord(): Promise<boolean> {
    for (;;) {
      this.skipBlanks();
      if (this.low) await this.fill();
      const byte = this.#window[this.#at];
      if (this.atEnd) return false;
      if (byte === COMMENT || byte === NEWLINE) await this.skipLine();
      else if (!isBlank(byte)) return true;
    }
  }

  /** Whether the next byte is this ASCII character. */
  isAt(character: string): boolean {
    return this.#at < this.#end && this.#window[this.#at] === character.charCodeAt(0);
  }

  /** Passes the rest of the line, however long. */
  async skipLine(): Promise<void> {
    for (;;) {
      const newline = this.#window.subarray(0, this.#end).indexOf(NEWLINE, this.#at);
      if (newline >= 0) {
        this.#at = newline;
        this.tryEndOfLine();
        return;
      }
      this.#at = this.#end;
      if (this.#drained) return;
      await this.fill();
    }
  }

  /** The rest of the line as text, for lines of words. */
  textLine(): string {
    const line = this.#window.subarray(this.#at, this.#end);
    const newline = line.indexOf(NEWLINE);
    const length = newline < 0 ? line.length : newline;
    this.#at += length;
    if (newline < 0) this.#checkWhole(this.#at);
    this.tryEndOfLine();
    return this.#decoder.decode(line.subarray(0, length)).trim();
  }

  /**
   * Reads a whole number from 0.
   *
   * @param what What the number says, for errors.
   * @returns The number, or Infinity if it is beyond 2⁵³.
   */
  index(what: string): number {
    this.skipBlanks();
    const window = this.#window;
    const start = this.#at;
    let at = start;
    let value = 0;
    for (let digit = window[at] - ZERO; digit >= 0 && digit <= 9;) {
      value = value * 10 + digit;
      digit = window[++at] - ZERO;
    }
    if (at === start || !isBreak(window[at])) this.#failNumber(what, "a whole number from 0");
    this.#checkWhole(at);
    this.#at = at;
    return value > Number.MAX_SAFE_INTEGER ? Infinity : value;
  }

  /** Reads a decimal number, rounded to f32 as `Math.fround(Number(text))` is. */
  float32(what: string): number {
    this.skipBlanks();
    const start = this.#at;
    const end = this.#tokenEnd();
    const value = parseFloat32(this.#window, start, end);
    // NaN and infinities differ from themselves once subtracted.
    if (value - value !== 0) {
      this.#failNumber(what, "a finite decimal number within the range of f32");
    }
    this.#at = end;
    return value;
  }

  /** Reads a whole number of either sign, rounded to f32. */
  integer32(what: string): number {
    this.skipBlanks();
    const end = this.#tokenEnd();
    for (let at = this.#at; at < end; at++) {
      const byte = this.#window[at];
      const isSign = at === this.#at && (byte === 0x2b || byte === 0x2d);
      if (!isSign && (byte < ZERO || byte > ZERO + 9)) this.#failNumber(what, "a whole number");
    }
    return this.float32(what);
  }

  /** Passes one character if it comes next. */
  tryCharacter(character: string): boolean {
    this.skipBlanks();
    const found = this.isAt(character);
    if (found) this.#at++;
    return found;
  }

  /** Passes the end of the line, or of the file, if it comes next. */
  tryEndOfLine(): boolean {
    this.skipBlanks();
    if (this.#window[this.#at] !== NEWLINE) return this.atEnd;
    this.#at++;
    this.line++;
    return true;
  }

  /** Passes the end of the line, which must come next. */
  endOfLine(expected: string): void {
    if (this.tryEndOfLine()) return;
    this.#checkWhole(this.#at);
    const received = this.#shown();
    this.fail({ fault: "count", reason: "the line has more on it", expected, received });
  }

  /** Refuses the input at the line being read. */
  fail(finding: ParseFinding, line: number = this.line): never {
    throw new ParseError({ file: this.#file, line }, finding);
  }

  /** Lets go of the source. */
  async [Symbol.asyncDispose](): Promise<void> {
    await letGo(this.#pieces);
  }

  async #nextPiece(): Promise<void> {
    try {
      const { done, value } = await this.#pieces.next();
      if (done === true) this.#drained = true;
      else this.#piece = value;
    } catch (error) {
      if (!(error instanceof ParseError) || error.place.line !== undefined) throw error;
      throw new ParseError({ file: this.#file, line: this.#lastLine() }, error, {
        cause: error.cause,
      });
    }
  }

  #lastLine(): number {
    let line = this.line;
    for (const byte of this.#window.subarray(this.#at, this.#end)) if (byte === NEWLINE) line++;
    return line;
  }

  #tokenEnd(): number {
    let at = this.#at;
    while (!isBreak(this.#window[at])) at++;
    this.#checkWhole(at);
    return at;
  }

  #shown(): string {
    const shown = this.#window.subarray(this.#at, Math.min(this.#end, this.#at + SHOWN_CHARACTERS));
    const [line] = this.#decoder.decode(shown).split(/[\r\n]/);
    return JSON.stringify(line);
  }

  #failNumber(what: string, kind: string): never {
    this.#checkWhole(this.#at);
    const expected = `${what} must be ${kind}`;
    if (this.atEnd) {
      this.fail({ fault: "truncated", reason: `the file ends before ${what}`, expected });
    }
    if (this.isAt("\n")) {
      this.fail({ fault: "count", reason: `the line ends before ${what}`, expected });
    }
    const received = this.#shown();
    this.fail({ fault: "number", reason: `${what} is unreadable`, expected, received });
  }

  // Where the window ends and the file does not, what stands there is only a part.
  #checkWhole(at: number): void {
    if (at < this.#end || this.#drained) return;
    this.fail({
      fault: "size",
      reason: "the line is too long for its kind",
      expected: `what belongs together must stand within ${LONGEST_RECORD} bytes`,
    });
  }
}

function isBlank(byte: number): boolean {
  return byte === SPACE || byte === TAB || byte === RETURN;
}

// Blank, newline, comma, or the 0 behind the data (or in it, which no number takes either).
function isBreak(byte: number): boolean {
  return isBlank(byte) || byte === NEWLINE || byte === 0x2c || byte === 0;
}
