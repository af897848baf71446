import assert from "node:assert/strict";
import { gpuTest } from "./conformance.ts";
import { ShaderError } from "./errors.ts";
import type { ProgramSource } from "./pipeline_cache.ts";

function program(body: string): ProgramSource {
  return {
    label: "test",
    wgsl: `@compute @workgroup_size(1) fn main() { ${body} }`,
    bindingTypes: [],
  };
}

gpuTest("get() compiles a text once, also when asked twice at the same time", async (gpu) => {
  const [one, two] = await Promise.all([
    gpu.pipelines.get(program("")),
    gpu.pipelines.get(program("")),
  ]);
  assert.equal(one, two);
  assert.equal(await gpu.pipelines.get(program("")), one);
  assert.deepEqual(gpu.pipelines.statistics, { programs: 1, hits: 2 });
});

gpuTest("get() keeps programs apart whose text differs in one number", async (gpu) => {
  const one = await gpu.pipelines.get(program("var x = 1; _ = x;"));
  const two = await gpu.pipelines.get(program("var x = 2; _ = x;"));
  assert.notEqual(one, two);
});

gpuTest("get() shows what the compiler said and the text, and forgets the failure", async (gpu) => {
  const broken = program("let x = missing;");
  await assert.rejects(gpu.pipelines.get(broken), (error) => {
    assert.ok(error instanceof ShaderError);
    assert.match(error.message, /Cannot compile test/);
    assert.match(error.message, /missing/);
    assert.match(error.message, /1 @compute/);
    return true;
  });
  assert.equal(gpu.pipelines.statistics.programs, 0);
  await assert.rejects(gpu.pipelines.get(broken), ShaderError);
});
