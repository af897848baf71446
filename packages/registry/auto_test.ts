import { testConformance } from "@spmm/spmm/conformance";
import { openCpu } from "@spmm/wasm";
import { testGpuConformance } from "@spmm/webgpu/conformance";
import { auto, autoCpu } from "./auto.ts";

// Real matrices are multiplied by the tests of the kernels that it chooses from.
testGpuConformance(auto, { realMatrices: [] });
testConformance(autoCpu, openCpu, { realMatrices: [] });
