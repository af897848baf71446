/**
 * A program that stands in for inference: which inputs survive is a hash of their numbers, their
 * cost is a sleep, and faults can be asked for.
 *
 * @module
 */
import { randomSource } from "@spmm/formats";
import type { Job, JobProgram, RangeInference } from "../job.ts";
import type { InputRange } from "../ranges.ts";

/** Something that goes wrong on purpose, once, or every time. */
export interface StandInFault {
  /** To be killed, to throw, to compute for ever, or to be stopped. */
  readonly kind: "kill" | "throw" | "hang" | "stop";
  /** When this input is asked for. */
  readonly input: number;
  /** A file that is there until it has happened; without one it happens every time. */
  readonly once?: string;
}

/** What a stand-in does. */
export interface StandInDescription {
  readonly seed: number;
  /** What an input costs on average. */
  readonly secondsPerInput?: number;
  /** How much dearer the last of each thousand inputs is than the first; 1 where absent. */
  readonly unequal?: number;
  /** How many times slower workers are, by their labels. */
  readonly slower?: Readonly<Record<string, number>>;
  /** The most inputs at once; 64 where absent. */
  readonly chunk?: number;
  readonly fault?: StandInFault;
  /** Whether survivors depend on a shared array as well. */
  readonly shares?: boolean;
  /** A file that must be empty in the eyes of a worker whose device hides it. */
  readonly hides?: string;
}

/** A job of stand-ins. */
export function standInJob(
  inputs: number,
  description: StandInDescription,
): Job<StandInDescription> {
  return { name: "stand-in", program: import.meta.url, description, inputs };
}

/** Which inputs survive, computed in one go. */
export function standInSurvivors(inputs: number, description: StandInDescription): number[] {
  const table = tableOf(description);
  return Array.from({ length: inputs }, (_, input) => input)
    .filter((input) => survives(input, description, table));
}

/** What a worker runs. */
export const program: JobProgram<StandInDescription> = {
  load: (description) =>
    Promise.resolve({
      about: { seed: description.seed },
      arrays: [{ name: "table", array: tableOf(description) }],
    }),
  async start({ description, device, shared }) {
    const table = description.shares ? await shared?.read("table") : undefined;
    const { hides } = description;
    if (hides !== undefined && device.hidden.includes(hides) && await Deno.readTextFile(hides)) {
      throw new RangeError(`Cannot work beside another's device: received ${hides}`);
    }
    const factor = description.slower?.[device.label] ?? 1;
    return {
      device: device.label,
      chunk: description.chunk ?? 64,
      infer: (range, onProgress) => infer(range, description, table, factor, onProgress),
      [Symbol.asyncDispose]: () => Promise.resolve(),
    };
  },
};

async function infer(
  { first, end }: InputRange,
  description: StandInDescription,
  table: ArrayLike<number> | undefined,
  factor: number,
  onProgress: (inputs: number) => void,
): Promise<RangeInference> {
  await suffer(first, end, description.fault);
  const seconds = factor * cost(first, end, description);
  if (seconds > 0) await new Promise((resolve) => setTimeout(resolve, 1000 * seconds));
  onProgress(end - first);
  const survivors: number[] = [];
  for (let input = first; input < end; input++) {
    if (survives(input, description, table ?? tableOf(description))) survivors.push(input - first);
  }
  const inputs = end - first;
  return {
    inputs,
    survivors: Uint32Array.from(survivors),
    alive: [{ layers: 0, inputs }, { layers: 3, inputs: survivors.length }],
    seconds: { upload: 0, compute: seconds, readback: 0, total: seconds },
    edges: { counted: 6 * inputs, executed: 3 * inputs + 3 * survivors.length },
  };
}

/** Costs rise linearly over each thousand inputs. */
function cost(first: number, end: number, description: StandInDescription): number {
  const { secondsPerInput = 0, unequal = 1 } = description;
  let sum = 0;
  for (let input = first; input < end; input++) {
    const place = (input % 1000) / 999;
    sum += 2 * (1 + (unequal - 1) * place) / (1 + unequal);
  }
  return sum * secondsPerInput;
}

function tableOf({ seed }: StandInDescription): Uint32Array<ArrayBuffer> {
  const { unit } = randomSource(seed);
  return Uint32Array.from({ length: 97 }, () => Math.floor(2 ** 32 * unit()));
}

function survives(
  input: number,
  { seed }: StandInDescription,
  table: ArrayLike<number>,
): boolean {
  return Math.imul(input + seed, 2654435761) >>> 0 > table[input % 97];
}

async function suffer(first: number, end: number, fault: StandInFault | undefined): Promise<void> {
  if (fault === undefined || fault.input < first || fault.input >= end) return;
  if (fault.once !== undefined && !await taken(fault.once)) return;
  switch (fault.kind) {
    case "kill":
      Deno.kill(Deno.pid, "SIGKILL");
      return;
    case "stop":
      Deno.kill(Deno.pid, "SIGSTOP");
      return;
    case "hang":
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
      return;
    case "throw":
      throw new RangeError(`Cannot compute input ${fault.input}: received a lost device`);
  }
}

/** Of many processes, one removes the file. */
async function taken(path: string): Promise<boolean> {
  try {
    await Deno.remove(path);
    return true;
  } catch {
    return false;
  }
}
