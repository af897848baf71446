import assert from "node:assert/strict";
import { openCpu } from "./cpu_device.ts";
import { compileAssemblyScript } from "./compile.ts";
import { hasRelaxedSimd } from "./relaxed_simd.ts";

const WHICH = `
export function which(_thread: u32, at: usize): void {
  store<f32>(at, ASC_FEATURE_RELAXED_SIMD ? 1 : 0);
}
`;

Deno.test("a runtime that takes a relaxed multiply-add compiles what uses it", async () => {
  const source = `export function multiplyAdd(at: usize): void {
    const a = v128.load(at);
    v128.store(at, f32x4.relaxed_madd(a, a, a));
  }`;
  const { single } = await compileAssemblyScript(source, undefined, true);
  assert.equal(WebAssembly.validate(single), hasRelaxedSimd());
});

Deno.test("a device takes a program's relaxed binaries where it can, and says so", async () => {
  const url = (wasm: Uint8Array) =>
    new URL(`data:application/wasm;base64,${btoa(String.fromCharCode(...wasm))}`);
  const urls = ({ shared, single }: { shared: Uint8Array; single: Uint8Array }) => ({
    shared: url(shared),
    single: url(single),
  });
  const plain = urls(await compileAssemblyScript(WHICH));
  const relaxed = urls(await compileAssemblyScript(WHICH, undefined, true));
  await using cpu = await openCpu({ threads: 1 });
  const program = await cpu.load({ ...plain, relaxed });
  using told = cpu.memory.allocate(4, "which");
  await cpu.exclusively((run) => run(program, "which", [told.address]));
  assert.equal(told.f32()[0] === 1, hasRelaxedSimd());
  assert.equal(cpu.facts["relaxedSimd"], hasRelaxedSimd());
});
