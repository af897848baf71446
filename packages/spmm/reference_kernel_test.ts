import { testConformance } from "./conformance/mod.ts";
import { hostDevice } from "./host_device.ts";
import { referenceKernel } from "./reference_kernel.ts";

testConformance(referenceKernel, () => Promise.resolve(hostDevice), { realMatrices: [] });
