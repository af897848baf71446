import { dense, randomCsr } from "@spmm/formats";
import assert from "node:assert/strict";
import { checkOperands } from "./check_operands.ts";
import type { Device } from "./device.ts";
import { ShapeError } from "./errors.ts";
import { hostDevice } from "./host_device.ts";
import type { DeviceMatrix } from "./kernel.ts";
import { hostZeros } from "./storage.ts";

const problem = { a: randomCsr({ rows: 4, cols: 4, density: 0.5, seed: 1 }), n: 3 };
const plan = { problem, device: hostDevice };

function onDevice(device: Device): DeviceMatrix {
  const shape = { rows: 4, cols: 3, storage: "f32" as const };
  return { location: "device", device, ...shape, [Symbol.dispose]: () => {} };
}

Deno.test("checkOperands takes B and C that fit, on the host or on the device", () => {
  checkOperands(plan, dense(4, 3));
  checkOperands(plan, dense(4, 3), dense(4, 3));
  checkOperands(plan, onDevice(hostDevice), onDevice(hostDevice));
});

Deno.test("checkOperands refuses what does not fit, and says what would", () => {
  const b = dense(4, 3);
  const elsewhere = onDevice({ ...hostDevice, name: "another" });
  assert.throws(() => checkOperands(plan, dense(3, 4)), /B must be 4x3: received 3x4/);
  assert.throws(() => checkOperands(plan, b, dense(4, 4)), /C must be 4x3: received 4x4/);
  assert.throws(() => checkOperands(plan, hostZeros(4, 3, "f16")), /stored as f32: received f16/);
  assert.throws(() => checkOperands(plan, elsewhere), /on another, another/);
  assert.throws(() => checkOperands(plan, b, onDevice(hostDevice)), /on the host: received C on/);
  assert.throws(() => checkOperands(plan, b, b), /received B as C/);
});

Deno.test("checkOperands refuses a matrix whose data is shorter than its shape", () => {
  const short = { ...dense(4, 3), data: new Float32Array(11) };
  assert.throws(() => checkOperands(plan, short), ShapeError);
});
