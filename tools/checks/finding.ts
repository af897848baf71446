/** One breach of a house rule: where it is, what is wrong and what would be right. */
export interface Finding {
  /** Path from the root of the repository. */
  readonly file: string;
  /** Line, counted from 1. */
  readonly line: number;
  readonly wrong: string;
  readonly right: string;
}

/** A finding as one line that editors and terminals make a link of. */
export function formatFinding({ file, line, wrong, right }: Finding): string {
  return `${file}:${line}: ${wrong}: ${right}`;
}

/** The line, counted from 1, on which the character at `index` stands. */
export function lineAt(text: string, index: number): number {
  return text.slice(0, index).split("\n").length;
}
