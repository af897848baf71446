/** One array of all the numbers of several, in order. */
export function concatenate(arrays: readonly Uint32Array[]): Uint32Array<ArrayBuffer> {
  const all = new Uint32Array(arrays.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const array of arrays) {
    all.set(array, at);
    at += array.length;
  }
  return all;
}
