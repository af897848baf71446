/**
 * How likely samples of one and the same distribution differ in rank as much as these do: the
 * two-sided p of the U test by the normal approximation, corrected for ties and continuity (Mann,
 * Whitney, Annals of Mathematical Statistics 18(1), 1947).
 *
 * @param a Samples, at least one.
 * @param b Samples, at least one.
 */
export function mannWhitney(a: readonly number[], b: readonly number[]): number {
  const all = [...a.map((value) => ({ value, ofA: true })), ...b.map((value) => ({ value }))]
    .sort((x, y) => x.value - y.value);
  const count = all.length;
  let rankSum = 0;
  let ties = 0;
  for (let begin = 0; begin < count;) {
    let end = begin;
    while (end < count && all[end].value === all[begin].value) end++;
    const rank = (begin + 1 + end) / 2;
    rankSum += rank * all.slice(begin, end).filter((sample) => "ofA" in sample).length;
    ties += (end - begin) ** 3 - (end - begin);
    begin = end;
  }
  const u = rankSum - a.length * (a.length + 1) / 2;
  const pairs = a.length * b.length;
  const variance = pairs / 12 * (count + 1 - ties / (count * (count - 1)));
  if (!(variance > 0)) return 1;
  const z = Math.max(0, Math.abs(u - pairs / 2) - 0.5) / Math.sqrt(variance);
  return Math.min(1, 2 * upperTail(z));
}

/** Abramowitz, Stegun 1964, 26.2.17: the error is below 7.5·10⁻⁸. */
function upperTail(z: number): number {
  const t = 1 / (1 + 0.2316419 * z);
  const terms = [0.31938153, -0.356563782, 1.781477937, -1.821255978, 1.330274429];
  const sum = terms.reduceRight((rest, term) => (rest + term) * t, 0);
  return Math.exp(-z * z / 2) / Math.sqrt(2 * Math.PI) * sum;
}
