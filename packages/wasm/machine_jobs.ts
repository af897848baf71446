import { addressOf, type Machine } from "@spmm/x86-64";
import type { RunJob } from "./instance.ts";

/** Machine code, and who runs it on this thread. */
export interface PlacedCode {
  readonly machine: Machine;
  readonly address: bigint;
}

/** Calls code with the address of a job in the linear memory, and with that of the memory. */
export function machineJobs({ machine, address }: PlacedCode, memory: WebAssembly.Memory): RunJob {
  const call = machine.function(address);
  let buffer: ArrayBufferLike | undefined;
  let start = 0n;
  return (job) => {
    // A memory that has grown may have moved, and then has another buffer.
    if (buffer !== memory.buffer) {
      buffer = memory.buffer;
      start = addressOf(buffer);
    }
    call(start + BigInt(job), start);
  };
}
