/**
 * Tiles travel through registers, as they are stored, so that the next ones are on their way during a
 * product: what multiplies has `fetch_a`, `fetch_b`, `put_a` and `put_b`.
 */
export interface TileTravel {
  /** Declares the registers. */
  readonly declare: string;
  /** Loads the tiles of a step into them. */
  fetch(step: string): string;
  /** Puts what they hold into workgroup memory. */
  readonly put: string;
}

/** What travels: elements of an operand's tile, of a WGSL type. */
export interface Travelling {
  readonly operand: "a" | "b";
  readonly type: string;
  /** Elements of the tile. */
  readonly size: number;
}

/**
 * The WGSL by which a workgroup's threads carry tiles, an element at a time each.
 *
 * @param tiles The tiles.
 * @param threads Threads of a workgroup.
 * @param places What `put_a` and `put_b` take before the number of an element.
 */
export function tileTravel(
  tiles: readonly Travelling[],
  threads: number,
  places: string,
): TileTravel {
  const turns = tiles.flatMap((tile) => turnsOf(tile, threads));
  const lines = (line: (turn: Turn) => string): string => turns.map(line).join("\n    ");
  return {
    declare: lines(({ name, type }) => `var ${name}: ${type};`),
    fetch: (step) =>
      lines((turn) =>
        within(turn, `${turn.name} = fetch_${turn.operand}(tile, ${step}, ${turn.at});`)
      ),
    put: lines((turn) => within(turn, `put_${turn.operand}(${places}, ${turn.at}, ${turn.name});`)),
  };
}

/** One element that a thread carries; with a size where threads beyond it carry none. */
interface Turn {
  readonly operand: string;
  readonly type: string;
  readonly name: string;
  readonly at: string;
  readonly size: number | undefined;
}

function within({ at, size }: Turn, statement: string): string {
  return size === undefined ? statement : `if (${at} < ${size}u) { ${statement} }`;
}

function turnsOf({ operand, type, size }: Travelling, threads: number): Turn[] {
  return Array.from({ length: Math.ceil(size / threads) }, (_, i) => ({
    ...{ operand, type },
    name: `next_${operand}_${i}`,
    at: `thread + ${i * threads}u`,
    size: (i + 1) * threads > size ? size : undefined,
  }));
}
