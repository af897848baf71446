/**
 * Has the driver compile the programs of a comparison with the peers, so that its cache on disk holds
 * them when they are timed: what reaches it through Dawn takes it up to half a minute a program, in
 * which the GPU's clocks fall. Each of several processes takes its share, counted from 0:
 *
 * ```sh
 * deno run -A --preload tools/h200/dawn.ts tools/h200/compile.ts PEERS KERNELS SHARE OF
 * ```
 *
 * @module
 */
import { chooseDlmc, readPeerTimes } from "@spmm/datasets";
import { selectKernels } from "@spmm/registry";
import { openGpu } from "@spmm/webgpu";
import { compileOnly } from "../compile_only.ts";

const [path, names, share, of] = Deno.args;
if (!(Number(share) < Number(of))) {
  throw new TypeError(
    "Cannot compile programs: it takes a file of peers' times, names of kernels, a share and their " +
      `number: received ${Deno.args.join(" ") || "nothing"}`,
  );
}
await using gpu = await openGpu();
const kernels = selectKernels(names.split(","), "webgpu");
const { matrices } = await readPeerTimes(path);

const isMine = (number: number): boolean => number % Number(of) === Number(share);
const numbers = compileOnly(gpu, isMine);

for (const { load } of await chooseDlmc({ names: matrices.map(({ name }) => name) })) {
  const { matrix: a } = await load();
  for (const n of [256, 1024]) {
    for (const storage of ["f32", "f16"] as const) {
      const problem = { a, n, storage };
      for (const kernel of kernels.filter((one) => one.supports(problem, gpu).ok)) {
        await using _plan = await kernel.plan(problem, gpu);
      }
    }
  }
}
const count = numbers.values().filter(isMine).toArray().length;
console.log(`compile: ${count} of ${numbers.size} programs`);
Deno.exit(0);
