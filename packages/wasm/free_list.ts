/** A stretch of addresses nobody holds. */
interface Hole {
  readonly start: number;
  readonly end: number;
}

/** Allocations begin at multiples of a cache line, so that no two threads' buffers share one. */
const ALIGNMENT = 64;

/**
 * Who holds which bytes of a linear memory: first fit over a sorted list of holes, which merge when
 * they touch. It counts addresses only and never looks at the memory. O(holes) a call.
 */
export class FreeList {
  #holes: Hole[];
  #end: number;
  readonly #sizes = new Map<number, number>();

  /**
   * @param start First address to hand out; below it nothing is given, so that 0 means none.
   * @param end First address that does not exist yet.
   */
  constructor(start: number, end: number) {
    this.#holes = start < end ? [{ start, end }] : [];
    this.#end = end;
  }

  /** Bytes handed out and not given back. */
  get bytesInUse(): number {
    return [...this.#sizes.values()].reduce((sum, size) => sum + size, 0);
  }

  /** Bytes of the largest stretch that is free. */
  get largestHole(): number {
    return this.#holes.reduce((most, { start, end }) => Math.max(most, end - start), 0);
  }

  /** Bytes free at the very end, which growing the memory extends. */
  get tail(): number {
    const last = this.#holes.at(-1);
    return last?.end === this.#end ? last.end - last.start : 0;
  }

  /** The address of `bytes` bytes nobody else holds, or undefined where no hole is large enough. */
  take(bytes: number): number | undefined {
    const size = roundUp(bytes);
    const index = this.#holes.findIndex(({ start, end }) => end - start >= size);
    if (index < 0) return undefined;
    const { start, end } = this.#holes[index];
    this.#holes.splice(index, 1, ...(start + size < end ? [{ start: start + size, end }] : []));
    this.#sizes.set(start, size);
    return start;
  }

  /** Gives back what {@linkcode FreeList.take} returned; an address it never returned is ignored. */
  give(address: number): void {
    const size = this.#sizes.get(address);
    if (size === undefined) return;
    this.#sizes.delete(address);
    this.#insert({ start: address, end: address + size });
  }

  /** Adds the addresses up to `end`, after the memory grew. */
  extend(end: number): void {
    if (end > this.#end) this.#insert({ start: this.#end, end });
    this.#end = Math.max(this.#end, end);
  }

  #insert(hole: Hole): void {
    const index = this.#holes.findIndex(({ start }) => start > hole.start);
    const at = index < 0 ? this.#holes.length : index;
    const before = this.#holes[at - 1];
    const after = this.#holes[at];
    const touchesBefore = before?.end === hole.start;
    const touchesAfter = after?.start === hole.end;
    const merged = {
      start: touchesBefore ? before.start : hole.start,
      end: touchesAfter ? after.end : hole.end,
    };
    const first = touchesBefore ? at - 1 : at;
    this.#holes.splice(first, Number(touchesBefore) + Number(touchesAfter), merged);
  }
}

/** Empty allocations take a line too, so that every address is its holder's own. */
export function roundUp(bytes: number): number {
  return Math.max(1, Math.ceil(bytes / ALIGNMENT)) * ALIGNMENT;
}
