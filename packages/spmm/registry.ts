import type { DeviceKind } from "./device.ts";
import { RegistryError } from "./errors.ts";
import type { SpmmKernel } from "./kernel.ts";

/**
 * The kernels that are known, by name, in the order they were registered.
 *
 * @example Two kernels may share a family, never a name
 * ```ts
 * import { Registry, referenceKernel } from "@spmm/spmm";
 * import assert from "node:assert/strict";
 *
 * const registry = new Registry([referenceKernel]);
 * assert.equal(registry.get("reference").family, "reference");
 * assert.throws(() => registry.get("refrence"), /reference/);
 * ```
 */
export class Registry implements Iterable<SpmmKernel> {
  readonly #kernels = new Map<string, SpmmKernel>();

  /**
   * Registers kernels.
   *
   * @param kernels The kernels to register, in order.
   * @throws {RegistryError} If two have the same name.
   */
  constructor(kernels: Iterable<SpmmKernel>) {
    for (const kernel of kernels) {
      if (this.#kernels.has(kernel.name)) {
        throw new RegistryError(`Cannot register kernel: the name is taken: ${kernel.name}`);
      }
      this.#kernels.set(kernel.name, kernel);
    }
  }

  /** The names, in order of registration. */
  get names(): string[] {
    return [...this.#kernels.keys()];
  }

  /**
   * The kernel of that name.
   *
   * @throws {RegistryError} If there is none; the message lists those there are.
   */
  get(name: string): SpmmKernel {
    const kernel = this.#kernels.get(name);
    if (kernel === undefined) {
      throw new RegistryError(
        `Cannot find kernel: known are ${this.names.join(", ")}: received ${name}`,
      );
    }
    return kernel;
  }

  /** The kernels that run on one kind of device. */
  on(device: DeviceKind): SpmmKernel[] {
    return [...this].filter((kernel) => kernel.device === device);
  }

  /** All kernels, in order of registration. */
  [Symbol.iterator](): Iterator<SpmmKernel> {
    return this.#kernels.values();
  }
}
