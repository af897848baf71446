import { randomCsr } from "@spmm/formats";
import { kernels, selectKernels } from "@spmm/registry";
import type { SpmmProblem } from "@spmm/spmm";
import type { GpuDevice } from "@spmm/webgpu";
import { gpuTest } from "@spmm/webgpu/conformance";
import assert from "node:assert/strict";
import { hasBrowser, HeadlessPage } from "../packages/report/headless_browser.ts";

const isHere = await hasBrowser() || Deno.env.get("CI") === "true";

/** Products of narrow and wide B, of few and many rows, in all of which programs differ. */
function* problems(): Generator<SpmmProblem> {
  const few = randomCsr({ rows: 70, cols: 90, density: 0.1, seed: 1 });
  const many = randomCsr({ rows: 6000, cols: 5000, density: 0.002, seed: 2 });
  const full = randomCsr({ rows: 1024, cols: 512, density: 0.2, seed: 3 });
  for (const storage of ["f32", "f16"] as const) {
    for (const transpose of [false, true]) {
      for (const n of [1, 2, 3, 40, 257]) yield { a: few, n, storage, transpose };
      yield { a: many, n: 128, storage, transpose };
    }
    yield { a: full, n: 1024, storage };
    const bias = new Float32Array(few.rows);
    yield { a: few, n: 32, storage, epilogue: { bias, activation: { kind: "relu" } } };
  }
}

/** What Chrome's compiler says against each text, in a page; its adapter in software has no halves. */
const COMPLAINTS = `(async (texts) => {
  const adapter = await navigator.gpu.requestAdapter();
  const device = await adapter.requestDevice();
  const complaints = [];
  for (const text of texts) {
    device.pushErrorScope("validation");
    const code = text.replace("enable f16;", "").replaceAll(/\\bf16\\b/g, "f32");
    device.createShaderModule({ code });
    const error = await device.popErrorScope();
    if (error !== null) complaints.push(error.message);
  }
  return complaints;
})`;

if (isHere) {
  gpuTest("Chrome's compiler takes the programs of every kernel", async (gpu) => {
    const programs = programsOf(gpu);
    for (const problem of problems()) {
      for (const kernel of selectKernels(["all"], "webgpu")) {
        if (!kernel.supports(problem, gpu).ok) continue;
        await using _plan = await kernel.plan(problem, gpu);
      }
    }
    assert.ok(programs.size > 100, `${programs.size} programs`);
    const texts = JSON.stringify([...programs]);
    assert.deepEqual(await inChromium("", `${COMPLAINTS}(${texts})`), []);
  });

  Deno.test("every kernel multiplies in a browser, on its GPU and on two threads", async () => {
    const script = await bundled("tools/browser_products.ts");
    const worker = await bundled("packages/wasm/pool_worker.ts");
    const [adapter, ...done] = await inChromium(script, "multiplyAll()", worker) as string[];
    assert.match(adapter, /swiftshader/);
    // Matrix units take halves, and this adapter has neither.
    const onGpu = kernels.on("webgpu").filter(({ name }) => name !== "dense-mma");
    const ran = [...onGpu, ...kernels.on("cpu"), ...kernels.on("cpu")];
    assert.deepEqual(done, ran.flatMap(({ name }) => [name, name]));
  });
} else {
  Deno.test({ name: "kernels in a browser (no chromium)", ignore: true, fn: () => {} });
}

/** The programs that a GPU is asked for, in the place of which it compiles one that does nothing. */
function programsOf({ pipelines }: GpuDevice): ReadonlySet<string> {
  const programs = new Set<string>();
  const compile = pipelines.get.bind(pipelines);
  pipelines.get = ({ label, bindingTypes, wgsl }) => {
    programs.add(wgsl);
    const idle = `// ${bindingTypes.join()}\n@compute @workgroup_size(1)\nfn main() {}`;
    return compile({ label, bindingTypes, wgsl: idle });
  };
  return programs;
}

/** The value of an expression in a page that has run a script, with WebGPU and shared memory. */
async function inChromium(script: string, expression: string, worker = ""): Promise<unknown> {
  await using server = Deno.serve(
    { hostname: "127.0.0.1", port: 0, onListen: () => {} },
    ({ url }) => answer(new URL(url).pathname, script, worker),
  );
  await using page = await HeadlessPage.open({ webgpu: true });
  await page.visit(`http://127.0.0.1:${server.addr.port}/`);
  return await page.evaluate(expression);
}

/** Threads share memory only in pages that keep others out. */
const ISOLATED = {
  "Cross-Origin-Opener-Policy": "same-origin",
  "Cross-Origin-Embedder-Policy": "require-corp",
};
/** Where programs stand that a page asks for beside its script. */
const PROGRAMS = ["packages/wasm", "packages/kernels/cpu"];

async function answer(path: string, script: string, worker: string): Promise<Response> {
  const as = (type: string, body: BodyInit, status = 200): Response =>
    new Response(body, { status, headers: { ...ISOLATED, "Content-Type": type } });
  if (path === "/") {
    return as("text/html", `<!DOCTYPE html><script type="module" src="script.js"></script>`);
  }
  if (path === "/script.js") return as("text/javascript", script);
  if (path === "/pool_worker.ts") return as("text/javascript", worker);
  for (const folder of path.endsWith(".wasm") ? PROGRAMS : []) {
    const binary = await Deno.readFile(folder + path).catch(() => undefined);
    if (binary !== undefined) return as("application/wasm", binary);
  }
  return as("text/plain", "", 404);
}

/** The text of a file and all that it imports, as one module for a browser. */
async function bundled(file: string): Promise<string> {
  const out = await Deno.makeTempFile({ suffix: ".js" });
  try {
    const args = ["run", "-A", "--no-check", "tools/bundle.ts", file, out];
    const { success, stderr } = await new Deno.Command("deno", { args }).output();
    assert.ok(success, new TextDecoder().decode(stderr));
    return await Deno.readTextFile(out);
  } finally {
    await Deno.remove(out);
  }
}
