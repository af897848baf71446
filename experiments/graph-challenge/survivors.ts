import type { Dense } from "@spmm/formats";

/**
 * The inputs that are not all zero: the columns with a non-zero, ascending. NaN counts as non-zero,
 * so that features which were never written cannot pass for dead ones.
 *
 * @param features Neurons × inputs.
 */
export function survivorsOf({ rows, cols, data }: Dense): number[] {
  const alive = new Uint8Array(cols);
  for (let row = 0; row < rows; row++) {
    for (let col = 0; col < cols; col++) if (data[row * cols + col] !== 0) alive[col] = 1;
  }
  return Array.from(alive.keys()).filter((input) => alive[input] === 1);
}

/** What tells found survivors from the official ones; nothing where they are the same. */
export function survivorFault(
  found: readonly number[],
  official: ArrayLike<number>,
): string | undefined {
  const wanted = new Set(Array.from(official));
  const missing = [...wanted].filter((input) => !found.includes(input));
  const extra = found.filter((input) => !wanted.has(input));
  if (missing.length === 0 && extra.length === 0) return undefined;
  return `found ${found.length} survivors, official are ${wanted.size}: ` +
    `missing ${listed(missing)}, not official ${listed(extra)}`;
}

function listed(inputs: readonly number[]): string {
  const shown = inputs.slice(0, 5).join(", ");
  if (inputs.length === 0) return "none";
  return inputs.length > 5 ? `${shown} and ${inputs.length - 5} more` : shown;
}
