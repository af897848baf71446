import type { CompiledProgram, GpuBuffer, GpuDevice, GpuLimits } from "@spmm/webgpu";
import {
  BOUNDARY_WORDS,
  COMPACTION_BINDING_TYPES,
  COMPACTION_CODE,
  COMPACTION_SLOTS,
  type Dispatch,
} from "./compaction_code.ts";
import type { FeatureStore } from "./feature_store.ts";
import { THREADS } from "./input_code.ts";
import type { StageDesign } from "./stage_design.ts";
import { STAGE_BINDING_TYPES, stageUniform } from "./stage_io.ts";
import type { WeightStore } from "./weight_store.ts";

/** A stage with what follows it. */
export interface StagePlan {
  readonly design: StageDesign;
  /** Whether dead inputs are dropped after it; the last stage always counts who is left. */
  readonly compact: boolean;
  /** Whether inputs that have reached a fixed point are retired after it. */
  readonly retire: boolean;
}

/** Compiled programs of stages, by stage, and of the compaction. */
export interface StagePrograms {
  readonly stages: readonly CompiledProgram[];
  readonly compaction: CompiledProgram;
}

/** Compiles the programs of stages; equal texts share one. */
export async function compileStages(
  device: GpuDevice,
  plans: readonly StagePlan[],
): Promise<StagePrograms> {
  const stages = await Promise.all(plans.map(({ design }) =>
    device.pipelines.get({
      label: design.label,
      wgsl: design.code,
      bindingTypes: [
        ...design.arrays.map((): GPUBufferBindingType => "read-only-storage"),
        ...STAGE_BINDING_TYPES,
        ...design.shapeRows === undefined ? [] : ["uniform" as const],
      ],
    })
  ));
  const compaction = await device.pipelines.get({
    label: "compaction",
    wgsl: COMPACTION_CODE,
    bindingTypes: COMPACTION_BINDING_TYPES,
  });
  return { stages, compaction };
}

/** How many boundaries stages have: one before the first, and one per compaction. */
export function countBoundaries(plans: readonly StagePlan[]): number {
  return 1 + plans.filter(({ compact }) => compact).length;
}

/** The most inputs that a dispatch of every kernel reaches. */
export function mostDispatched(
  stages: readonly StageDesign[],
  { maxComputeWorkgroupsPerDimension }: GpuLimits,
): number {
  const slots = stages.map(({ dispatch }) => dispatch.slots);
  return maxComputeWorkgroupsPerDimension * Math.min(THREADS, ...slots);
}

/** A stage ready to be dispatched over one set of buffers. */
interface BoundStage {
  readonly program: CompiledProgram;
  readonly group: GPUBindGroup;
  readonly dispatch: Dispatch;
  /** The boundary before it. */
  readonly boundary: number;
  readonly compaction: GPUBindGroup | undefined;
}

/**
 * Stages bound to buffers: appends windows of them to compute passes. From the first compaction on
 * every dispatch is indirect.
 */
export class StageRunner implements Disposable {
  readonly #stages: readonly BoundStage[];
  readonly #programs: StagePrograms;
  readonly #store: FeatureStore;
  readonly #uniforms: readonly GpuBuffer[];
  /** The features that the last stage writes, and the live list over them. */
  readonly last: { readonly features: GpuBuffer; readonly live: GpuBuffer };

  /** Made by {@linkcode bindStages}. */
  constructor(
    stages: readonly BoundStage[],
    programs: StagePrograms,
    store: FeatureStore,
    uniforms: readonly GpuBuffer[],
    last: { readonly features: GpuBuffer; readonly live: GpuBuffer },
  ) {
    this.#stages = stages;
    this.#programs = programs;
    this.#store = store;
    this.#uniforms = uniforms;
    this.last = last;
  }

  /** Appends stages to a pass, for a chunk of `inputs` inputs. */
  record(pass: GPUComputePassEncoder, stages: readonly number[], inputs: number): void {
    for (const stage of stages) this.#recordStage(pass, this.#stages[stage], inputs);
  }

  /** Frees the uniforms. */
  [Symbol.dispose](): void {
    for (const uniform of this.#uniforms) uniform[Symbol.dispose]();
  }

  #recordStage(pass: GPUComputePassEncoder, bound: BoundStage, inputs: number): void {
    const { program, group, dispatch, boundary, compaction } = bound;
    pass.setPipeline(program.pipeline);
    pass.setBindGroup(0, group);
    if (boundary === 0) {
      const groups = Math.ceil(inputs / dispatch.slots);
      const [x, y] = dispatch.axis === 0 ? [groups, 1] : [dispatch.x, groups];
      pass.dispatchWorkgroups(x, y, dispatch.z);
    } else {
      const { boundaries } = this.#store;
      pass.dispatchWorkgroupsIndirect(boundaries.handle, 4 * BOUNDARY_WORDS * boundary);
    }
    if (compaction === undefined) return;
    pass.setPipeline(this.#programs.compaction.pipeline);
    pass.setBindGroup(0, compaction);
    pass.dispatchWorkgroups(Math.ceil(inputs / COMPACTION_SLOTS));
  }
}

/** Binds stages to the buffers of weights and features. */
export async function bindStages(
  device: GpuDevice,
  plans: readonly StagePlan[],
  programs: StagePrograms,
  weights: WeightStore,
  store: FeatureStore,
): Promise<StageRunner> {
  const uniforms: GpuBuffer[] = [];
  const uniform = async (words: Uint32Array<ArrayBuffer>): Promise<GPUBindingResource> => {
    const usage = GPUBufferUsage.UNIFORM | GPUBufferUsage.COPY_DST;
    const buffer = await device.allocate(words.byteLength, usage, "stage uniform");
    uniforms.push(buffer);
    device.handle.queue.writeBuffer(buffer.handle, 0, words);
    return { buffer: buffer.handle };
  };
  const ranges = weights.windows.flatMap((window) => window.ranges);
  const bound: BoundStage[] = [];
  let boundary = 0;
  const { features, live, flags, boundaries, retired, stride } = store;
  const whole = (buffer: GpuBuffer): GPUBindingResource => ({ buffer: buffer.handle });
  for (const [i, { design, compact, retire }] of plans.entries()) {
    const resources: GPUBindingResource[] = [
      ...ranges[i].map(({ buffer, offset, size }) => ({ buffer: buffer.handle, offset, size })),
      whole(features[i % 2]),
      whole(features[(i + 1) % 2]),
      whole(live[boundary % 2]),
      whole(boundaries),
      whole(flags),
      await uniform(stageUniform({ ...design.numbers, stride, boundary, mark: compact })),
      ...design.shapeRows === undefined
        ? []
        : [await uniform(Uint32Array.of(design.shapeRows, stride / 4))],
    ];
    const group = bindGroup(device, design.label, programs.stages[i], resources);
    const next = plans[i + 1]?.design.dispatch ?? { axis: 0, slots: 1, x: 1, z: 1 };
    const compaction = compact
      ? bindGroup(device, "compaction", programs.compaction, [
        whole(flags),
        whole(live[boundary % 2]),
        whole(live[(boundary + 1) % 2]),
        whole(boundaries),
        whole(retired),
        await uniform(
          Uint32Array.of(
            stride,
            boundary,
            next.axis,
            next.slots,
            next.x,
            next.z,
            retire ? 1 : 0,
          ),
        ),
      ])
      : undefined;
    bound.push({
      program: programs.stages[i],
      group,
      dispatch: design.dispatch,
      boundary,
      compaction,
    });
    if (compact) boundary += 1;
  }
  const last = { features: features[plans.length % 2], live: live[boundary % 2] };
  return new StageRunner(bound, programs, store, uniforms, last);
}

function bindGroup(
  device: GpuDevice,
  label: string,
  { layout }: CompiledProgram,
  resources: readonly GPUBindingResource[],
): GPUBindGroup {
  return device.handle.createBindGroup({
    label,
    layout,
    entries: resources.map((resource, binding) => ({ binding, resource })),
  });
}
