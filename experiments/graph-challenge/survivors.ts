/** What tells found survivors from the right ones; nothing where they are the same. */
export function survivorFault(
  found: ArrayLike<number>,
  right: ArrayLike<number>,
): string | undefined {
  const [are, wanted] = [new Set(Array.from(found)), new Set(Array.from(right))];
  const missing = [...wanted.difference(are)];
  const extra = [...are.difference(wanted)];
  if (missing.length === 0 && extra.length === 0) return undefined;
  return `there must be ${wanted.size} survivors: received ${found.length}, ` +
    `missing ${listed(missing)}, not right ${listed(extra)}`;
}

function listed(inputs: readonly number[]): string {
  const shown = inputs.slice(0, 5).join(", ");
  if (inputs.length === 0) return "none";
  return inputs.length > 5 ? `${shown} and ${inputs.length - 5} more` : shown;
}
