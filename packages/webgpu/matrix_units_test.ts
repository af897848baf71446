import assert from "node:assert/strict";
import { matrixThreads } from "./matrix_units.ts";

const INFO = {
  vendor: "",
  architecture: "",
  device: "",
  description: "",
  isFallbackAdapter: false,
  subgroupMinSize: 32,
  subgroupMaxSize: 32,
};
const HALVES = { M: 16, N: 16, K: 16, componentType: "f16", resultComponentType: "f32" };
const UNITS = "chromium-experimental-subgroup-matrix";

function threads(info: Partial<typeof INFO>, configs: readonly (typeof HALVES)[], names: string[]) {
  const features = new Set(names) as unknown as GPUSupportedFeatures;
  return matrixThreads({ ...INFO, ...info, subgroupMatrixConfigs: configs }, { features });
}

Deno.test("units are those for matrices of 16x16 halves with sums in f32, of subgroups of one size", () => {
  const both = [UNITS, "shader-f16"];
  assert.equal(threads({}, [{ ...HALVES, N: 8 }, HALVES], both), 32);
  assert.equal(threads({}, [HALVES], [UNITS]), 0);
  assert.equal(threads({}, [HALVES], ["shader-f16"]), 0);
  assert.equal(threads({ subgroupMinSize: 16 }, [HALVES], both), 0);
  assert.equal(threads({}, [{ ...HALVES, resultComponentType: "f16" }], both), 0);
  assert.equal(threads({}, [], both), 0);
});
