import { grown } from "./growable.ts";

/** Entries in the order of a file, with the lines they stand on; 12 bytes each. */
export class EntryList {
  /** Entries so far. */
  length = 0;
  #rows = new Uint32Array(0);
  #cols = new Uint32Array(0);
  #values = new Float32Array(0);
  // Entries mostly stand on consecutive lines: only where they do not, the line is kept.
  readonly #jumps: { entry: number; line: number }[] = [];
  #nextLine = 0;

  /** @param most The most entries that can come. */
  constructor(readonly most: number) {}

  /** Row of each entry, and room. */
  get rows(): Uint32Array<ArrayBuffer> {
    return this.#rows;
  }

  /** Column of each entry, and room. */
  get cols(): Uint32Array<ArrayBuffer> {
    return this.#cols;
  }

  /** Value of each entry, and room. */
  get values(): Float32Array<ArrayBuffer> {
    return this.#values;
  }

  /** Appends an entry. */
  push(row: number, col: number, value: number, line: number): void {
    const entry = this.length++;
    if (entry === this.#rows.length) this.#grow();
    this.#rows[entry] = row;
    this.#cols[entry] = col;
    this.#values[entry] = value;
    if (line !== this.#nextLine) this.#jumps.push({ entry, line });
    this.#nextLine = line + 1;
  }

  /** The line on which an entry stands. */
  lineOf(entry: number): number {
    const jump = this.#jumps.findLast((jump) => jump.entry <= entry);
    return jump === undefined ? 0 : jump.line + entry - jump.entry;
  }

  #grow(): void {
    this.#rows = grown(this.#rows, this.most);
    this.#cols = grown(this.#cols, this.most);
    this.#values = grown(this.#values, this.most);
  }
}
