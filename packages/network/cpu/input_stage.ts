import type { Csr } from "@spmm/formats";
import type { CpuBuffer } from "@spmm/wasm";

/** Inputs on their way to the threads, as CSR in the linear memory, gathered from chunks of any size. */
export class InputStage {
  #rows = 0;
  #entries = 0;

  /** Buffers for some inputs and their non-zeros. */
  constructor(
    readonly rowOffsets: CpuBuffer,
    readonly colIndices: CpuBuffer,
    readonly values: CpuBuffer,
  ) {}

  /** Inputs that are staged. */
  get rows(): number {
    return this.#rows;
  }

  /** Forgets what is staged. */
  clear(): void {
    this.#rows = 0;
    this.#entries = 0;
  }

  /** Copies rows from `begin` on until there is no room; returns the first that was not copied. */
  add(inputs: Csr, begin: number): number {
    const { rowOffsets } = inputs;
    const end = this.#end(inputs, begin);
    const offsets = this.rowOffsets.u32();
    const shift = this.#entries - rowOffsets[begin];
    for (let row = begin; row <= end; row++) {
      offsets[this.#rows + row - begin] = rowOffsets[row] + shift;
    }
    const [first, last] = [rowOffsets[begin], rowOffsets[end]];
    this.colIndices.u32().set(inputs.colIndices.subarray(first, last), this.#entries);
    this.values.f32().set(inputs.values.subarray(first, last), this.#entries);
    this.#rows += end - begin;
    this.#entries += last - first;
    return end;
  }

  #end({ rows, rowOffsets }: Csr, begin: number): number {
    const room = this.values.bytes / 4 - this.#entries;
    const last = Math.min(rows, begin + this.rowOffsets.bytes / 4 - 1 - this.#rows);
    let end = begin;
    while (end < last && rowOffsets[end + 1] - rowOffsets[begin] <= room) end++;
    return end;
  }
}
