import { ShaderError } from "./errors.ts";

/** A program ready to dispatch. */
export interface CompiledProgram {
  /** The compiled entry point. */
  readonly pipeline: GPUComputePipeline;
  /** What bind groups are made against. */
  readonly layout: GPUBindGroupLayout;
}

/** What the cache needs to know of a program. */
export interface ProgramSource {
  /** For messages and profilers. */
  readonly label: string;
  /** Complete WGSL with an entry point `main`. */
  readonly wgsl: string;
  /** The kinds of its bindings in group 0, in order. */
  readonly bindingTypes: readonly GPUBufferBindingType[];
}

/**
 * Compiled pipelines, keyed on the whole WGSL text: two programs share one exactly when their
 * text is the same, so no hand-made key can collide. Compilations in flight are shared; one that
 * fails is forgotten, so that it can be tried again.
 *
 * @example The second program of one text is found
 * ```ts
 * import { PipelineCache, tryOpenGpu } from "@spmm/webgpu";
 * import assert from "node:assert/strict";
 *
 * await using gpu = await tryOpenGpu();
 * if (gpu) {
 *   const cache = new PipelineCache(gpu.handle);
 *   const wgsl = "@compute @workgroup_size(1) fn main() {}";
 *   const first = await cache.get({ label: "nothing", wgsl, bindingTypes: [] });
 *   assert.equal(await cache.get({ label: "nothing", wgsl, bindingTypes: [] }), first);
 *   assert.deepEqual(cache.statistics, { programs: 1, hits: 1 });
 * }
 * ```
 */
export class PipelineCache {
  readonly #device: GPUDevice;
  readonly #programs = new Map<string, Promise<CompiledProgram>>();
  #hits = 0;

  /**
   * An empty cache.
   *
   * @param device The device to compile for.
   */
  constructor(device: GPUDevice) {
    this.#device = device;
  }

  /** Programs held, and how often one was found instead of compiled. */
  get statistics(): { readonly programs: number; readonly hits: number } {
    return { programs: this.#programs.size, hits: this.#hits };
  }

  /**
   * The compiled program of that text.
   *
   * @throws {ShaderError} If the compiler refuses it.
   */
  get(source: ProgramSource): Promise<CompiledProgram> {
    const known = this.#programs.get(source.wgsl);
    if (known !== undefined) {
      this.#hits += 1;
      return known;
    }
    const compiling = this.#compile(source);
    this.#programs.set(source.wgsl, compiling);
    compiling.catch(() => this.#programs.delete(source.wgsl));
    return compiling;
  }

  async #compile({ label, wgsl, bindingTypes }: ProgramSource): Promise<CompiledProgram> {
    const device = this.#device;
    device.pushErrorScope("validation");
    const module = device.createShaderModule({ label, code: wgsl });
    const layout = device.createBindGroupLayout({
      label,
      entries: bindingTypes.map((type, binding) => ({
        binding,
        visibility: GPUShaderStage.COMPUTE,
        buffer: { type },
      })),
    });
    const pipeline = device.createComputePipeline({
      label,
      layout: device.createPipelineLayout({ bindGroupLayouts: [layout] }),
      compute: { module, entryPoint: "main" },
    });
    const refusal = await device.popErrorScope();
    if (refusal !== null) throw await shaderError(label, wgsl, module, refusal);
    return { pipeline, layout };
  }
}

async function shaderError(
  label: string,
  wgsl: string,
  module: GPUShaderModule,
  refusal: GPUError,
): Promise<ShaderError> {
  const { messages } = await module.getCompilationInfo();
  const words = messages.map((m) => `${m.lineNum}:${m.linePos} ${m.type}: ${m.message}`);
  const numbered = wgsl.split("\n").map((line, i) => `${String(i + 1).padStart(4)} ${line}`);
  return new ShaderError(
    `Cannot compile ${label}: ${[refusal.message, ...words].join("\n")}\nin this text:\n${
      numbered.join("\n")
    }`,
  );
}
