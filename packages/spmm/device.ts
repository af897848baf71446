/** Where a kernel runs. */
export type DeviceKind = "webgpu" | "cpu" | "cuda";

/**
 * What a device can do at best, measured on it: the two ceilings of the roofline.
 */
export interface DevicePeaks {
  /** Bytes a second between its memory and its cores, reads and writes counted. */
  readonly bytesPerSecond: number;
  /** f32 operations a second, a multiply-add counted as two. */
  readonly flopsPerSecond: number;
  /**
   * Bytes a second that cores load from the memory on the chip (shared memory, first-level cache),
   * where that has been measured.
   */
  readonly onChipBytesPerSecond?: number;
}

/**
 * A device that plans are made for. `webgpu` and `wasm` open the real ones; this floor knows only
 * what every one of them can say of itself.
 */
export interface Device {
  /** Its kind; a kernel runs on one kind. */
  readonly kind: DeviceKind;
  /** What it is called in tables, for example the adapter's description. */
  readonly name: string;
  /** Facts worth recording beside a measurement: driver, limits, threads. */
  readonly facts: Readonly<Record<string, string | number | boolean>>;
  /** Measures the roofline's ceilings once; later calls answer from memory. */
  peaks(): Promise<DevicePeaks>;
  /** Releases what the device holds; plans and matrices made on it end with it. */
  [Symbol.asyncDispose](): Promise<void>;
}
