import type { TextScanner } from "./text_scanner.ts";

/** What the first line of a Matrix Market file says. */
export interface MatrixMarketHeader {
  readonly layout: "coordinate" | "array";
  readonly field: "real" | "integer" | "pattern";
  readonly symmetry: "general" | "symmetric" | "skew-symmetric";
}

const BANNER = "%%matrixmarket";
const EXPECTED = 'line 1 must read "%%MatrixMarket matrix coordinate|array ' +
  'real|integer|pattern general|symmetric|skew-symmetric"';

/** Reads the first line; upper and lower case are the same. */
export async function readMatrixMarketHeader(scanner: TextScanner): Promise<MatrixMarketHeader> {
  if (scanner.low) await scanner.fill();
  const text = scanner.isAt("%") ? scanner.textLine() : "";
  const [banner, object, layout, field, symmetry, ...rest] = text.toLowerCase().split(/\s+/);
  const fail = (fault: "header" | "unsupported", reason: string, expected: string): never =>
    scanner.fail({ fault, reason, expected, received: JSON.stringify(text.slice(0, 80)) }, 1);

  if (banner !== BANNER) return fail("header", "there is no Matrix Market header", EXPECTED);
  if (object !== "matrix") return fail("unsupported", "it holds no matrix", EXPECTED);
  if (field === "complex" || symmetry === "hermitian") {
    const expected = "values must be real, integer or pattern";
    return fail("unsupported", "complex matrices are not read", expected);
  }
  if (
    rest.length > 0 || !isOneOf(layout, ["coordinate", "array"]) ||
    !isOneOf(field, ["real", "integer", "pattern"]) ||
    !isOneOf(symmetry, ["general", "symmetric", "skew-symmetric"])
  ) {
    return fail("header", "the header is malformed", EXPECTED);
  }
  if (field === "pattern" && (layout === "array" || symmetry === "skew-symmetric")) {
    return fail("header", "a pattern is coordinate and has no sign", EXPECTED);
  }
  return { layout, field, symmetry };
}

function isOneOf<T extends string>(word: string | undefined, words: readonly T[]): word is T {
  return words.some((known) => known === word);
}
