const FIRST_CAPACITY = 1 << 14;

/** The typed arrays that {@linkcode grown} makes longer. */
type Growable = Uint32Array<ArrayBuffer> | Float32Array<ArrayBuffer>;

/**
 * A longer copy of a full array: twice as long, and no longer than `most`, so that an array whose
 * final length is known ends at it, and memory follows what was read and not what was declared.
 */
export function grown<T extends Growable>(full: T, most: number): T {
  const capacity = Math.min(most, Math.max(FIRST_CAPACITY, 2 * full.length));
  const longer = full instanceof Uint32Array
    ? new Uint32Array(capacity)
    : new Float32Array(capacity);
  longer.set(full);
  return longer as T;
}
