/** When each rank was last heard, to notice a connection that is cut without a word. */
export class RanksAlive {
  readonly #heard = new Map<number, number>();

  /** @param ranks Those that should be heard. */
  constructor(ranks: readonly number[]) {
    this.hearAll(ranks);
  }

  /** Takes ranks for heard now. */
  hearAll(ranks: readonly number[]): void {
    for (const rank of ranks) this.#heard.set(rank, performance.now());
  }

  /** @returns A rank that was not heard for so long, and how long. */
  silent(seconds: number): { readonly rank: number; readonly seconds: number } | undefined {
    const now = performance.now();
    for (const [rank, at] of this.#heard) {
      if (now - at > 1000 * seconds) return { rank, seconds: (now - at) / 1000 };
    }
    return undefined;
  }
}
