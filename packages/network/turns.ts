import { DisposedError } from "@spmm/spmm";

/** Inferences of a plan one after the other: what they work in belongs to one at a time. */
export class Turns {
  #last: Promise<unknown> = Promise.resolve();
  #closed = false;

  /**
   * Works when all before it are through.
   *
   * @throws {DisposedError} After `close`.
   */
  take<Result>(work: () => Promise<Result>): Promise<Result> {
    return Promise.try(() => {
      if (this.#closed) throw new DisposedError("Cannot infer: the plan was disposed of");
      const turn = this.#last.then(work);
      this.#last = turn.catch(() => {});
      return turn;
    });
  }

  /** Takes no more, and waits for those under way; whether this was the first call. */
  async close(): Promise<boolean> {
    const first = !this.#closed;
    this.#closed = true;
    await this.#last;
    return first;
  }
}
