import { checkCsr, type Dense } from "@spmm/formats";
import {
  checkOperands,
  type DenseMatrix,
  type Device,
  DisposedError,
  type Epilogue,
  extents,
  flops,
  type PlanDescription,
  requireSupport,
  ShapeError,
  type SpmmKernel,
  type SpmmPlan,
  type SpmmProblem,
  type Support,
} from "@spmm/spmm";
import {
  asCpu,
  type CpuBuffer,
  CpuDevice,
  CpuMatrix,
  type CpuProgram,
  type ProgramBinaries,
  type RunProgram,
} from "@spmm/wasm";
import type { EncodingSite, PanelEncoding } from "./panel_encoding.ts";
import { type PanelLayout, panelLayout } from "./panel_layout.ts";
import * as to from "./panel_product.as.ts";

/**
 * Plans with a kernel that packs B into panels. Whatever fails, no memory stays taken.
 *
 * @param kernel The kernel that plans.
 * @param binaries Its WASM, with the function `multiply`.
 * @param encode Encodes A in the device's memory.
 */
export async function planPanels(
  kernel: SpmmKernel,
  binaries: ProgramBinaries,
  encode: (site: EncodingSite) => PanelEncoding,
  problem: SpmmProblem,
  device: Device,
): Promise<SpmmPlan> {
  requireSupport(kernel, problem, device);
  const start = performance.now();
  const cpu = asCpu(device);
  // Machine code follows indices wherever they lead.
  if (cpu.machineCode !== undefined) checkCsr(problem.a);
  const program = await cpu.load(binaries);
  using taken = new DisposableStack();
  const take = (bytes: number, label: string): CpuBuffer =>
    taken.use(cpu.memory.allocate(bytes, label));
  const layout = layoutOn(cpu, problem);
  const site = { problem, device: cpu, layout, take };
  const encoding = encode(site);
  return new PanelPlan(kernel.name, site, {
    program,
    encoding,
    product: placeProduct(site, encoding),
    memory: taken.move(),
    inspectSeconds: (performance.now() - start) / 1000,
  });
}

interface PanelParts {
  readonly program: CpuProgram;
  readonly encoding: PanelEncoding;
  /** What threads are told (panel_product.as.ts). */
  readonly product: CpuBuffer;
  /** All that the plan has taken, to be given back together. */
  readonly memory: DisposableStack;
  readonly inspectSeconds: number;
}

class PanelPlan implements SpmmPlan {
  readonly problem: SpmmProblem;
  readonly device: CpuDevice;
  readonly #layout: PanelLayout;
  readonly #parts: PanelParts;
  #hostB: CpuMatrix | undefined;
  #hostC: CpuMatrix | undefined;
  #disposed = false;

  constructor(readonly kernel: string, site: EncodingSite, parts: PanelParts) {
    this.problem = site.problem;
    this.device = site.device;
    this.#layout = site.layout;
    this.#parts = parts;
  }

  get bytes(): number {
    return this.#parts.encoding.bytes;
  }

  get inspectSeconds(): number {
    return this.#parts.inspectSeconds;
  }

  get flops(): number {
    return flops(this.problem);
  }

  describe(): PlanDescription {
    const { summary, facts } = this.#parts.encoding;
    const { wide, narrow, slabs, bytes } = this.#layout;
    return {
      summary: `${this.kernel} on ${this.device.name}: ${summary}`,
      facts: {
        threads: this.device.threads,
        simdBits: this.device.machineCode ?? 128,
        machineCode: this.device.machineCode !== undefined,
        transpose: this.problem.transpose ?? false,
        storage: this.problem.storage ?? "f32",
        widePanels: wide,
        narrowPanels: narrow,
        slabs,
        panelBytes: bytes,
        ...facts,
      },
    };
  }

  async multiply(b: DenseMatrix, c?: DenseMatrix): Promise<DenseMatrix> {
    if (this.#disposed) throw new DisposedError("Cannot multiply: the plan was disposed of");
    checkOperands(this, b, c);
    return await this.device.exclusively((run) => this.#multiply(run, b, c));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#disposed) return;
    this.#disposed = true;
    await this.device.settled();
    this.#parts.memory.dispose();
  }

  #multiply(run: RunProgram, b: DenseMatrix, c?: DenseMatrix): Promise<DenseMatrix> {
    if (b.location === "host") return this.#onHost(run, b, c?.location === "host" ? c : undefined);
    return this.#onDevice(run, onCpu(b), c === undefined ? undefined : onCpu(c));
  }

  async #onHost(run: RunProgram, b: Dense, c: Dense | undefined): Promise<Dense> {
    const { m, n, k } = extents(this.problem);
    this.#hostB ??= this.#keptMatrix(k, n);
    this.#hostC ??= this.#keptMatrix(m, n);
    this.#hostB.write(b);
    await this.#compute(run, this.#hostB, this.#hostC);
    return this.#hostC.read(c);
  }

  /** The host's B and C stay in the device's memory between products. */
  #keptMatrix(rows: number, cols: number): CpuMatrix {
    return this.#parts.memory.use(this.device.matrix(rows, cols, this.problem.storage));
  }

  async #onDevice(run: RunProgram, b: CpuMatrix, given?: CpuMatrix): Promise<CpuMatrix> {
    const { m, n } = extents(this.problem);
    const c = given ?? this.device.matrix(m, n, this.problem.storage);
    try {
      await this.#compute(run, b, c);
      c.round();
      return c;
    } catch (error) {
      if (given === undefined) c[Symbol.dispose]();
      throw error;
    }
  }

  #compute(run: RunProgram, b: CpuMatrix, c: CpuMatrix): Promise<void> {
    const { program, encoding, product } = this.#parts;
    const words = product.u32();
    words[to.B / 4] = b.address;
    words[to.C / 4] = c.address;
    encoding.prepare();
    return run(program, "multiply", [product.address], encoding.attendance);
  }
}

/** Writes what threads are told of every product alike; B and C follow with each. */
function placeProduct({ problem, device, layout, take }: EncodingSite, { list }: PanelEncoding) {
  const { m, n, k } = extents(problem);
  const { stride, group, wide, narrow, slab } = layout;
  const own = take(device.threads * ownBytes(layout), "the panels of B");
  const product = take(to.PRODUCT_BYTES, "what threads are told of a product");
  const { low, high } = limits(problem.epilogue);
  const words = {
    [to.M]: m,
    [to.K]: k,
    [to.N]: n,
    [to.STRIDE]: stride,
    [to.GROUP]: group,
    [to.WIDE]: wide,
    [to.PANELS]: wide + narrow,
    [to.SLAB]: slab,
    [to.BIAS]: placeBias(take, problem.epilogue),
    [to.OWN]: own.address,
    [to.OWN_BYTES]: ownBytes(layout),
    [to.BY_MACHINE]: Number(device.machineCode !== undefined),
    [to.ENCODING]: list.address,
  };
  const target = product.u32();
  for (const [at, word] of Object.entries(words)) target[Number(at) / 4] = word;
  product.f32().set([low, high], to.LOW / 4);
  return product;
}

function layoutOn({ machineCode }: CpuDevice, problem: SpmmProblem): PanelLayout {
  const { m, n, k } = extents(problem);
  return panelLayout(m, k, n, problem.a.values.length, machineCode !== undefined);
}

/** What a thread needs beside its share of A: a row of a panel, a job, and the panels of a group. */
function ownBytes(layout: PanelLayout): number {
  return to.PACKED + layout.bytes;
}

/**
 * Whether a device can take a problem's matrices at all.
 *
 * @param encodedBytes What A's encoding will take on a device.
 */
export function supportsPanels(
  problem: SpmmProblem,
  device: Device,
  encodedBytes: (device: CpuDevice, layout: PanelLayout) => number,
): Support {
  if (!(device instanceof CpuDevice)) {
    return { ok: false, reason: "it runs on a CPU device that openCpu opened" };
  }
  const { m, n, k } = extents(problem);
  const layout = layoutOn(device, problem);
  const packed = device.threads * ownBytes(layout);
  const bytes = encodedBytes(device, layout) + packed + 4 * n * (m + k);
  if (bytes <= device.memory.maxBytes) return { ok: true };
  return {
    ok: false,
    reason: `A, B and C take ${bytes} bytes of the CPU device's ${device.memory.maxBytes}`,
  };
}

function onCpu(matrix: DenseMatrix): CpuMatrix {
  if (matrix instanceof CpuMatrix) return matrix;
  throw new ShapeError(
    `Cannot multiply: a matrix on the CPU device must be a CpuMatrix: received one on the ${matrix.location}`,
  );
}

/** Where the bias stands, or 0. */
function placeBias(take: EncodingSite["take"], epilogue: Epilogue | undefined): number {
  if (epilogue?.bias === undefined) return 0;
  const buffer = take(epilogue.bias.byteLength, "the bias");
  buffer.f32().set(epilogue.bias);
  return buffer.address;
}

/** Between which an activation keeps every element. */
function limits(
  epilogue: Epilogue | undefined,
): { readonly low: number; readonly high: number } {
  switch (epilogue?.activation?.kind) {
    case undefined:
      return { low: -Infinity, high: Infinity };
    case "relu":
      return { low: 0, high: Infinity };
    case "clipped-relu":
      return { low: 0, high: epilogue.activation.ceiling };
  }
}
