import { openCpu } from "@spmm/wasm";
import { tryOpenGpu } from "@spmm/webgpu";
import { testConformance } from "@spmm/spmm/conformance";
import { auto, autoCpu } from "./auto.ts";

testConformance(auto, tryOpenGpu);
testConformance(autoCpu, openCpu);
