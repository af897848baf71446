import { readMatrixFile, readNpz } from "@spmm/formats";
import { gpuTest } from "@spmm/webgpu/conformance";
import assert from "node:assert/strict";
import { runSpmm } from "./program.ts";
import { bufferTerminal } from "./terminal.ts";
import { inFolder } from "./test_folder.ts";

async function run(...args: string[]) {
  const terminal = bufferTerminal();
  const code = await runSpmm(args, terminal);
  return { code, out: terminal.printed.join("\n"), error: terminal.remarked.join("\n") };
}

async function runJson(...args: string[]): Promise<Record<string, unknown>> {
  const { code, out, error } = await run(...args, "--json");
  assert.equal(code, 0, error);
  return JSON.parse(out);
}

Deno.test("help names every command and ends well", async () => {
  const { code, out } = await run("--help");
  assert.equal(code, 0);
  for (const command of ["devices", "info", "convert", "multiply", "bench"]) {
    assert.ok(out.includes(`  ${command} `), command);
    assert.equal((await run(command, "--help")).code, 0);
  }
});

const FAULTS: readonly (readonly [string, readonly string[], RegExp])[] = [
  ["no such command", ["multply"], /unknown command 'multply'/],
  ["an option that there is not", ["info", "a.mtx", "--jsn"], /unknown option/],
  ["a missing argument", ["multiply", "a.mtx"], /missing required argument/],
  ["a file that there is not", ["info", "no-such.mtx"], /Cannot find a file: .*no-such/],
  ["an extension that is not read", ["info", "a.txt"], /^Cannot read a.txt: .*\.mtx/],
  ["a malformed random matrix", ["info", "random:9x9"], /^Cannot draw a matrix: .*random:9x9$/],
  ["a shape that is none", ["info", "random:9:0.5"], /^Cannot read a shape/],
  ["a count that is none", ["bench", "random:9x9:0.5", "--n", "0"], /^Cannot read a count/],
  ["a device that there is not", ["bench", "random:9x9:0.5", "--device", "tpu"], /Allowed choices/],
  [
    "a kernel that there is not",
    ["bench", "random:9x9:0.5", "--device", "cpu", "--kernels", "magic"],
    /^Cannot find kernel: known are .*row-split.*: received magic$/,
  ],
  [
    "a kernel of another device",
    ["multiply", "random:9x9:0.5", "random:4", "--device", "cpu", "--kernel", "csb"],
    /^Cannot plan SpMM with csb/,
  ],
  [
    "B of another height",
    ["multiply", "random:9x9:0.5", "B.npy", "--device", "cpu"],
    /Cannot find a file/,
  ],
  [
    "two activations at once",
    ["multiply", "random:9x9:0.5", "random:4", "--relu", "--clip", "3"],
    /^Cannot multiply: --relu and --clip/,
  ],
  [
    "a format where none is stored",
    ["convert", "random:9x9:0.5", "a.mtx", "--format", "csb"],
    /^Cannot convert: --format/,
  ],
];

for (const [what, args, message] of FAULTS) {
  Deno.test(`${what} is the user's fault: one message, no stack, exit code 2`, async () => {
    const { code, error } = await run(...args);
    assert.match(error, message);
    assert.equal(code, 2);
    assert.doesNotMatch(error, /^\s+at /m);
  });
}

Deno.test("info tells shape, rows, blocks and bytes in every format", async () => {
  const info = await runJson("info", "random:300x400:0.1:7");
  assert.deepEqual([info["rows"], info["cols"], info["kind"]], [300, 400, "sparse"]);
  const bytes = info["bytes"];
  assert.ok(typeof bytes === "object" && bytes !== null);
  for (const format of ["csr", "csc", "coo", "csb", "sell", "bsr"]) {
    assert.ok(Object.hasOwn(bytes, format), format);
  }
  const { out } = await run("info", "random:300x400:0.1:7");
  assert.match(out, /csb: \d+ \(5\.\d\d per non-zero\)/);
});

Deno.test("a matrix is converted to and fro without loss, its encoding included", () =>
  inFolder(async (folder) => {
    const name = "random:40x30:0.2:3";
    const [mtx, npz, npy, back] = ["a.mtx.gz", "a.npz", "a.npy", "b.mtx.gz"]
      .map((file) => `${folder}/${file}`);
    await runJson("convert", name, mtx);
    await runJson("convert", mtx, npz, "--format", "csb", "--block-size", "8");
    await runJson("convert", npz, npy);
    await runJson("convert", npy, back, "--as", "sparse");
    assert.deepEqual(await readMatrixFile(back), await readMatrixFile(mtx));
    const encoded = await readNpz(await Deno.readFile(npz));
    assert.ok(encoded.format === "csb" && encoded.blockSize === 8);
  }));

Deno.test("multiply writes C, checked, with bias and clipping, and says what it did", () =>
  inFolder(async (folder) => {
    const [bias, out] = [`${folder}/bias.txt`, `${folder}/c.npy`];
    await Deno.writeTextFile(bias, "5\n".repeat(30));
    const facts = await runJson(
      ...["multiply", "random:40x30:0.2:3", "random:6:9", "--transpose", "--bias", bias],
      ...["--clip", "1.5", "--check", "--device", "cpu", "-o", out],
    );
    assert.deepEqual([facts["m"], facts["n"], facts["k"]], [30, 6, 40]);
    assert.equal(facts["kernel"], "row-split-cpu");
    assert.equal(facts["checkedRows"], 30);
    const c = await readMatrixFile(out);
    assert.ok(!("format" in c) && c.rows === 30 && c.cols === 6);
    assert.ok(c.data.every((element: number) => element >= 0 && element <= 1.5));
    assert.ok(c.data.some((element: number) => element === 1.5));
  }));

Deno.test("multiply that fails leaves the file that was there alone", () =>
  inFolder(async (folder) => {
    const [bias, out] = [`${folder}/bias.txt`, `${folder}/c.npy`];
    await Deno.writeTextFile(bias, "5\n");
    await Deno.writeTextFile(out, "what was there");
    const args = ["multiply", "random:40x30:0.2", "random:6", "--bias", bias, "-o", out];
    const { code, error } = await run(...args, "--device", "cpu");
    assert.equal(code, 2);
    assert.match(error, /bias needs one number per row/);
    assert.equal(await Deno.readTextFile(out), "what was there");
  }));

gpuTest("a named kernel opens the device it runs on", async () => {
  const facts = await runJson(
    ...["multiply", "random:40x30:0.2:3", "random:6", "--kernel", "merge", "--check"],
    ...["--storage", "f16"],
  );
  assert.equal(facts["kernel"], "merge");
});

Deno.test("bench times every kernel asked for and writes what it printed as CSV", () =>
  inFolder(async (folder) => {
    const csv = `${folder}/deep/er/times.csv`;
    const { records, environment } = await runJson(
      ...["bench", "random:60x50:0.1", "--n", "8,16", "--device", "cpu", "--quick", "--csv", csv],
    );
    assert.ok(Array.isArray(records) && typeof environment === "object");
    assert.deepEqual(
      records.map(({ kernel, n, outcome }) => [kernel, n, outcome]),
      [8, 16].flatMap((n) =>
        ["row-split-cpu", "csb-cpu", "auto-cpu"].map((kernel) => [kernel, n, "measured"])
      ),
    );
    const lines = (await Deno.readTextFile(csv)).trim().split("\n");
    assert.equal(lines.length, 1 + records.length);
    assert.match(lines[0], /^matrix,source,rows,cols,nonZeros,/);
  }));

Deno.test("devices lists the CPU with its kernels", async () => {
  const { code, out } = await run("devices", "--json");
  assert.equal(code, 0);
  const devices: { processor: string; kernels: string[] }[] = JSON.parse(out);
  const cpu = devices.find(({ processor }) => processor === "cpu");
  assert.ok(cpu?.kernels.includes("row-split-cpu"));
});

gpuTest("devices lists the GPU with its kernels, and what it does at best", async (gpu) => {
  const { out } = await run("devices", "--peaks");
  assert.ok(out.includes(gpu.name) && /kernels: .*tiling-1d/.test(out) && /GFLOP\/s/.test(out));
});
