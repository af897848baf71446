import type { Dense } from "@spmm/formats";
import type { Device, DeviceKind } from "./device.ts";
import type { SpmmProblem, Storage } from "./problem.ts";

/**
 * A dense matrix that lives on a device, row-major; its device may pad the rows. The device's package adds
 * the buffer and the ways in and out.
 */
export interface DeviceMatrix {
  /** Tells it from a matrix on the host. */
  readonly location: "device";
  /** Where it lives; only plans made on this device take it. */
  readonly device: Device;
  /** Number of rows. */
  readonly rows: number;
  /** Number of columns. */
  readonly cols: number;
  /** What its elements are stored as. */
  readonly storage: Storage;
  /** Frees the device memory; using the matrix afterwards is a {@linkcode DisposedError}. */
  [Symbol.dispose](): void;
}

/** B and C: on the host or on a device. */
export type DenseMatrix = Dense | DeviceMatrix;

/** Whether a kernel can take a problem on a device, and if not, why not. */
export type Support = { readonly ok: true } | { readonly ok: false; readonly reason: string };

/** What a plan says of itself, for tables and for people who ask why. */
export interface PlanDescription {
  /** One sentence: which kernel, how it is set up, on what. */
  readonly summary: string;
  /** Parameters chosen and facts found while inspecting, by name. */
  readonly facts: Readonly<Record<string, string | number | boolean>>;
}

/**
 * A way of multiplying: one published idea, or a variant of it, on one kind of device.
 *
 * `supports` never throws; `plan` looks at A once and pays for it (encode, reorder, upload,
 * compile), after which {@linkcode SpmmPlan.multiply} may run thousands of times.
 */
export interface SpmmKernel {
  /** Unique among the registered kernels: `row-split`, `csb-cpu`. */
  readonly name: string;
  /** The idea it belongs to: `row-split`, `csb`. */
  readonly family: string;
  /** The kind of device it runs on. */
  readonly device: DeviceKind;
  /** Where the idea comes from, to be cited: "Yang, Buluç, Owens, Euro-Par 2018 §4.1". */
  readonly source: string;
  /** Answers from the problem's statistics and the device's limits, without touching the device. */
  supports(problem: SpmmProblem, device: Device): Support;
  /**
   * Inspects A and readies the device.
   *
   * @throws {ShapeError} If the parts of the problem do not fit together.
   * @throws {UnsupportedError} If `supports` says no.
   */
  plan(problem: SpmmProblem, device: Device): Promise<SpmmPlan>;
}

/** A problem made ready on a device. Dispose of it to free the encoding's memory. */
export interface SpmmPlan extends AsyncDisposable {
  /** The name of the kernel that will run; for a chooser such as `auto`, the chosen one. */
  readonly kernel: string;
  /** The problem it was made for. */
  readonly problem: SpmmProblem;
  /** The device it was made on. */
  readonly device: Device;
  /** Bytes of A's encoding as the device holds it, with everything added for balance. */
  readonly bytes: number;
  /** Seconds spent inspecting: encode, reorder, upload, compile. */
  readonly inspectSeconds: number;
  /** 2·nnz·n, the operations the field counts. */
  readonly flops: number;
  /** What was chosen and why. */
  describe(): PlanDescription;
  /**
   * C = epilogue(op(A)·B). Where B is on the device, so is C; where B is on the host, so is C.
   *
   * @param b k×n.
   * @param c m×n to be overwritten, in the same place as B; a new matrix where absent.
   * @returns `c`, or the new matrix.
   * @throws {ShapeError} If b or c has another shape, place or storage than the plan.
   * @throws {DisposedError} If the plan has been disposed of.
   */
  multiply(b: DenseMatrix, c?: DenseMatrix): Promise<DenseMatrix>;
}
