/**
 * Puts Dawn, Chrome's implementation of WebGPU, in the place of Deno's: to be loaded before a program,
 * by `deno run --preload`. It is the npm package `webgpu`, which is no dependency of this house:
 * `SPMM_DAWN` names its `dawn.node`.
 *
 * Dawn has what WebGPU does not: products of small matrices by units such as tensor cores. They are
 * an experiment, for which it must be told to allow unsafe features, and take halves, which it offers
 * on NVIDIA's Vulkan driver only if told to.
 *
 * @module
 */
import { createRequire } from "node:module";

interface Dawn {
  readonly create: (options: readonly string[]) => GPU;
  readonly globals: Readonly<Record<string, unknown>>;
}

// Dawn asks for its news by immediates, of which Deno has been seen to run none for seconds on end.
const soon = (task: (...args: unknown[]) => void, ...args: unknown[]) =>
  setTimeout(task, 0, ...args);
Object.assign(globalThis, { setImmediate: soon });

const path = Deno.env.get("SPMM_DAWN");
if (path === undefined) {
  throw new TypeError(
    "Cannot load Dawn: SPMM_DAWN must name dawn.node of the npm package webgpu: received nothing",
  );
}
const { create, globals } = createRequire(import.meta.url)(path) as Dawn;
const gpu = create([
  "backend=vulkan",
  "enable-dawn-features=allow_unsafe_apis,vulkan_enable_f16_on_nvidia",
  "disable-dawn-features=timestamp_quantization",
]);
// Errors are told apart by their classes. Whoever holds a device must hold what made it, too.
Object.assign(globalThis, globals);
Object.defineProperty(globalThis.navigator, "gpu", { value: gpu, configurable: true });
