/** Lines on a terminal that take the place of those before. */
export interface LinesInPlace {
  /** Shows lines, as many and as much of them as fit; none clears those before away. */
  show(lines: readonly string[], size?: { readonly columns: number; readonly rows: number }): void;
}

const UP = (lines: number) => lines === 0 ? "" : `\x1b[${lines}F`;
const CLEAR_BELOW = "\x1b[J";

/**
 * Lines that are drawn over one another.
 *
 * @param write Where they go, control sequences among them.
 */
export function linesInPlace(write: (text: string) => void): LinesInPlace {
  let shown = 0;
  return {
    show(lines, { columns, rows } = { columns: Infinity, rows: Infinity }) {
      if (lines.length === 0 && shown === 0) return;
      const room = Math.max(1, rows - 1);
      const hidden = lines.length - room + 1;
      const fitting = lines.length <= room
        ? lines
        : [...lines.slice(0, room - 1), `… and ${hidden} more`];
      const texts = fitting.map((line) => `${line.slice(0, columns)}\n`);
      write(UP(shown) + CLEAR_BELOW + texts.join(""));
      shown = fitting.length;
    },
  };
}
