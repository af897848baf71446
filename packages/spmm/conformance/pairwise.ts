/**
 * Chooses combinations of options so that every two values occur together as soon as they can:
 * greedily, for each value of the first option in turn, the combination with the most pairs not
 * seen yet; among equals, the one whose values were used least, then the first.
 *
 * @param sizes How many values each option has.
 * @param perFirst How many combinations each value of the first option gets, at most.
 * @returns Combinations, each an index per option; no two alike.
 */
export function pairwise(sizes: readonly number[], perFirst: number): number[][] {
  const [firsts, ...others] = sizes;
  const rest = product(others);
  const news = new Novelty(sizes);
  const taken = new Set<number>();
  const chosen: number[][] = [];
  for (let round = 0; round < Math.min(perFirst, rest.length); round++) {
    for (let first = 0; first < firsts; first++) {
      let best = { at: -1, score: -Infinity };
      for (let at = 0; at < rest.length; at++) {
        const score = taken.has(first * rest.length + at)
          ? -Infinity
          : news.score([first, ...rest[at]]);
        if (score > best.score) best = { at, score };
      }
      taken.add(first * rest.length + best.at);
      news.add([first, ...rest[best.at]]);
      chosen.push([first, ...rest[best.at]]);
    }
  }
  return chosen;
}

/** Every combination of indices below the sizes. */
export function product(sizes: readonly number[]): number[][] {
  return sizes.reduce<number[][]>(
    (combinations, size) =>
      combinations.flatMap((head) => Array.from({ length: size }, (_, at) => [...head, at])),
    [[]],
  );
}

/** Which pairs of values have occurred, and how often each value. */
class Novelty {
  readonly #starts: number[];
  readonly #values: number;
  readonly #seen: Uint8Array;
  readonly #used: Uint32Array;

  constructor(sizes: readonly number[]) {
    this.#starts = sizes.map((_, option) => sizes.slice(0, option).reduce((a, b) => a + b, 0));
    this.#values = sizes.reduce((a, b) => a + b, 0);
    this.#seen = new Uint8Array(this.#values ** 2);
    this.#used = new Uint32Array(this.#values);
  }

  /** New pairs count whole, past uses a fraction that never outweighs one. */
  score(combination: readonly number[]): number {
    let uses = 0;
    let fresh = 0;
    this.#each(combination, (one, pair) => {
      uses += pair === undefined ? this.#used[one] : 0;
      fresh += pair === undefined ? 0 : 1 - this.#seen[pair];
    });
    return fresh - uses / (1 + uses);
  }

  add(combination: readonly number[]): void {
    this.#each(combination, (one, pair) => {
      if (pair === undefined) this.#used[one]++;
      else this.#seen[pair] = 1;
    });
  }

  /** Visits each value once without a pair, then once with each pair it opens. */
  #each(
    combination: readonly number[],
    visit: (value: number, pair: number | undefined) => void,
  ): void {
    for (let i = 0; i < combination.length; i++) {
      const one = this.#starts[i] + combination[i];
      visit(one, undefined);
      for (let j = i + 1; j < combination.length; j++) {
        visit(one, one * this.#values + this.#starts[j] + combination[j]);
      }
    }
  }
}
