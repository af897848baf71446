/** Slots that a thread of the compaction looks at: two vector loads of flags. */
const SLOTS = 8;
const THREADS = 256;
/** Slots that a workgroup of the compaction looks at. */
export const COMPACTION_SLOTS: number = SLOTS * THREADS;
/** Words of a boundary: workgroups x, y, z, live inputs, and inputs retired there. */
export const BOUNDARY_WORDS = 5;

/** How the stage after a boundary is dispatched. */
export interface Dispatch {
  /** Along which axis workgroups take live inputs: 0 for x, 1 for y. */
  readonly axis: 0 | 1;
  /** Live inputs of a workgroup. */
  readonly slots: number;
  /** Workgroups along x where y takes the inputs, else 1. */
  readonly x: number;
  /** Workgroups along z. */
  readonly z: number;
}

/**
 * WGSL of the step between stages: lists the slots that live on, their inputs, and how many
 * workgroups the next stage needs, which is dispatched indirectly; so nothing waits for the host.
 *
 * A workgroup counts the live slots of 2048, adds the count to the boundary's, and writes its list
 * where that begins. Slots of a workgroup keep their order, and so stay side by side; workgroups
 * come in any order, which moves inputs to other slots and changes no result.
 *
 * An input whose activations no later layer changes is retired instead, if the boundary allows it.
 */
export const COMPACTION_CODE: string = /* wgsl */ `
struct Boundary {
  stride: u32,
  index: u32,
  axis: u32,
  slots: u32,
  x: u32,
  z: u32,
  retire: u32,
}

@group(0) @binding(0) var<storage, read_write> flags: array<vec4<u32>>;
@group(0) @binding(1) var<storage, read> live: array<u32>;
@group(0) @binding(2) var<storage, read_write> next_live: array<u32>;
@group(0) @binding(3) var<storage, read_write> boundaries: array<atomic<u32>>;
@group(0) @binding(4) var<storage, read_write> retired: array<atomic<u32>>;
@group(0) @binding(5) var<uniform> boundary: Boundary;

var<workgroup> counts: array<vec2<u32>, ${THREADS}>;
var<workgroup> bases: vec2<u32>;

fn lives(flag: u32) -> bool {
  return flag == 3u || (flag == 1u && boundary.retire == 0u);
}

fn retires(flag: u32) -> bool {
  return flag == 1u && boundary.retire != 0u;
}

// Inclusive sums over the threads, by doubling.
fn scan(thread: u32, own: vec2<u32>) -> vec2<u32> {
  counts[thread] = own;
  workgroupBarrier();
  for (var reach = 1u; reach < ${THREADS}u; reach *= 2u) {
    var before = vec2<u32>(0u);
    if (thread >= reach) {
      before = counts[thread - reach];
    }
    workgroupBarrier();
    counts[thread] += before;
    workgroupBarrier();
  }
  return counts[thread];
}

fn claim(total: vec2<u32>) {
  let next = ${BOUNDARY_WORDS}u * (boundary.index + 1u);
  let base = atomicAdd(&boundaries[next + 3u], total.x);
  bases = vec2<u32>(base, atomicAdd(&retired[0], total.y));
  atomicAdd(&boundaries[next + 4u], total.y);
  if (total.x > 0u) {
    let groups = (base + total.x + boundary.slots - 1u) / boundary.slots;
    if (boundary.axis == 0u) {
      atomicMax(&boundaries[next], groups);
      atomicStore(&boundaries[next + 1u], 1u);
    } else {
      atomicStore(&boundaries[next], boundary.x);
      atomicMax(&boundaries[next + 1u], groups);
    }
    atomicStore(&boundaries[next + 2u], boundary.z);
  }
}

@compute @workgroup_size(${THREADS})
fn main(
  @builtin(workgroup_id) group: vec3<u32>,
  @builtin(local_invocation_index) thread: u32,
) {
  let count = atomicLoad(&boundaries[${BOUNDARY_WORDS}u * boundary.index + 3u]);
  let first = (group.x * ${THREADS}u + thread) * ${SLOTS}u;
  var own = vec2<u32>(0u);
  var flag: array<u32, ${SLOTS}>;
  for (var i = 0u; i < ${SLOTS}u; i++) {
    if (first + i < count) {
      flag[i] = flags[(first + i) / 4u][i % 4u];
      own += vec2<u32>(select(0u, 1u, lives(flag[i])), select(0u, 1u, retires(flag[i])));
    }
  }
  let upto = scan(thread, own);
  if (thread == ${THREADS - 1}u) {
    claim(upto);
  }
  workgroupBarrier();
  var at = bases + upto - own;
  for (var i = 0u; i < ${SLOTS}u; i++) {
    let slot = first + i;
    if (slot < count) {
      let input = live[boundary.stride + slot];
      if (lives(flag[i])) {
        next_live[at.x] = slot;
        next_live[boundary.stride + at.x] = input;
        at.x += 1u;
      }
      if (retires(flag[i])) {
        atomicStore(&retired[1u + at.y], input);
        at.y += 1u;
      }
    }
  }
  if (first < count) {
    flags[first / 4u] = vec4<u32>(0u);
    flags[first / 4u + 1u] = vec4<u32>(0u);
  }
}
`;

/** The kinds of the compaction's bindings, in order. */
export const COMPACTION_BINDING_TYPES: readonly GPUBufferBindingType[] = [
  "storage",
  "read-only-storage",
  "storage",
  "storage",
  "storage",
  "uniform",
];
