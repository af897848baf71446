/** The numbers from 0 up to n, for lines of code that are repeated. */
export function count(n: number): number[] {
  return Array.from({ length: n }, (_, i) => i);
}
