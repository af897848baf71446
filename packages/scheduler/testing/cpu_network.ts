/**
 * A program that infers with a small random network on the CPU, for tests: real inference, made from
 * a seed, its weights shared.
 *
 * @module
 */
import { type Csr, randomCsr, sliceRows } from "@spmm/formats";
import { type Network, planCpuNetwork } from "@spmm/network";
import { openCpu } from "@spmm/wasm";
import type { Job, JobProgram } from "../job.ts";
import { networkFrom, shareNetwork } from "../shared/shared_network.ts";

/** Which network and inputs. */
export interface CpuNetworkDescription {
  readonly seed: number;
  readonly inputs: number;
  readonly chunk: number;
}

/** A job with this program. */
export function cpuNetworkJob(description: CpuNetworkDescription): Job<CpuNetworkDescription> {
  const { inputs } = description;
  return { name: "random network", program: import.meta.url, description, inputs };
}

/** A network in which about half of the inputs die on the way. */
export function networkOf({ seed }: CpuNetworkDescription): Network {
  const widths = [24, 30, 28, 17];
  const layers = widths.slice(1).map((rows, l) => {
    const weights = randomCsr({ rows, cols: widths[l], density: 0.2, seed: seed + l });
    const bias = new Float32Array(rows).fill(-0.3);
    return { weights, bias, activation: { kind: "clipped-relu", ceiling: 4 } as const };
  });
  return { name: "random network", layers };
}

/** All inputs. */
export function inputsOf({ seed, inputs }: CpuNetworkDescription): Csr {
  return randomCsr({ rows: inputs, cols: 24, density: 0.1, seed: seed + 99 });
}

/** What a worker runs. */
export const program: JobProgram<CpuNetworkDescription> = {
  load: (description) => Promise.resolve(shareNetwork(networkOf(description))),
  async start({ description, shared }) {
    const network = shared ? await networkFrom(shared) : networkOf(description);
    const inputs = inputsOf(description);
    const cpu = await openCpu({ threads: 1 });
    const plan = await planCpuNetwork(network, cpu);
    return {
      device: plan.device,
      chunk: description.chunk,
      infer: ({ first, end }) => plan.infer(sliceRows(inputs, first, end)),
      [Symbol.asyncDispose]: async () => {
        await plan[Symbol.asyncDispose]();
        await cpu[Symbol.asyncDispose]();
      },
    };
  },
};
