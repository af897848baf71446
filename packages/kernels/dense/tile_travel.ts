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
      lines(({ operand, name, at }) => `${name} = fetch_${operand}(tile, ${step}, ${at});`),
    put: lines(({ operand, name, at, size }) => {
      const put = `put_${operand}(${places}, ${at}, ${name});`;
      return size === undefined ? put : `if (${at} < ${size}u) { ${put} }`;
    }),
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

function turnsOf({ operand, type, size }: Travelling, threads: number): Turn[] {
  return Array.from({ length: Math.ceil(size / threads) }, (_, i) => ({
    ...{ operand, type },
    name: `next_${operand}_${i}`,
    at: `thread + ${i * threads}u`,
    size: (i + 1) * threads > size ? size : undefined,
  }));
}
