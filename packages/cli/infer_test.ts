import { gpuTest } from "@spmm/webgpu/conformance";
import assert from "node:assert/strict";

const mayRun = Deno.permissions.querySync({ name: "run", command: "deno" }).state === "granted";
const CONFIG = new URL("../../deno.json", import.meta.url);

async function deno(file: string, grants: readonly string[], args: readonly string[]) {
  const main = new URL(file, import.meta.url).pathname;
  const { code, stdout, stderr } = await new Deno.Command("deno", {
    args: ["run", "-q", `--config=${CONFIG.pathname}`, "-P=infer", ...grants, main, ...args],
    env: { NO_COLOR: "1" },
  }).output();
  const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
  return { code, out: text(stdout), error: text(stderr) };
}

Deno.test("the program infers with the permissions of its task and prints JSON alone", {
  ignore: !mayRun,
}, async () => {
  const args = ["--network", "random:1024x5", "--inputs", "mnist:30", "--device", "cpu", "--json"];
  const { code, out, error } = await deno("./infer.ts", [], args);
  assert.equal(code, 0, error);
  assert.equal(JSON.parse(out).inputs.count, 30);
  assert.equal(error, "", "nobody watches, so there is no progress to show");
});

gpuTest("Ctrl-C while a GPU is in use ends with code 130, one line and no file", async () => {
  const folder = await Deno.makeTempDir();
  try {
    const args = ["--network", "random:1024x1920", "--device", "gpu"];
    const { code, out, error } = await deno(
      "./infer_interrupted_for_tests.ts",
      ["--allow-run"],
      [...args, "--survivors", `${folder}/ids.tsv`],
    );
    assert.equal(error, "Cannot infer to the end: received Ctrl-C\n");
    assert.equal(code, 130);
    assert.equal(out, "");
    assert.deepEqual(Array.from(Deno.readDirSync(folder)), []);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});
