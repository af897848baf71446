/** Element types that shared arrays have. */
export type SharedArray =
  | Uint8Array<ArrayBufferLike>
  | Uint16Array<ArrayBufferLike>
  | Uint32Array<ArrayBufferLike>
  | Float32Array<ArrayBufferLike>;

/** An array and its name. */
export interface NamedArray {
  /** Unlike every other array's. */
  readonly name: string;
  /** Its elements. */
  readonly array: SharedArray;
}

/** What a machine's workers need in common, as arrays that come one after the other. */
export interface SharedArrays {
  /** Plain JSON about the arrays. */
  readonly about: unknown;
  /** The arrays; made as they are asked for where they need not all exist at once. */
  readonly arrays: Iterable<NamedArray> | AsyncIterable<NamedArray>;
}

/** Where a worker reads what its machine shares. */
export interface SharedSource {
  /** What was said about the arrays. */
  readonly about: unknown;
  /** Names of the arrays, in the order they were written. */
  readonly names: readonly string[];
  /**
   * Reads one array into memory of its own.
   *
   * @throws {SharedFileError} If there is no such array, or it is damaged.
   */
  read(name: string): Promise<SharedArray>;
}
