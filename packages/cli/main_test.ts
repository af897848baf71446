import assert from "node:assert/strict";

const mayRun = Deno.permissions.querySync({ name: "run", command: "deno" }).state === "granted";
const MAIN = new URL("./main.ts", import.meta.url);
const CONFIG = new URL("../../deno.json", import.meta.url);

async function spmm(...args: string[]) {
  const command = new Deno.Command("deno", {
    args: ["run", "-q", `--config=${CONFIG.pathname}`, "-P=spmm", MAIN.pathname, ...args],
    env: { NO_COLOR: "1" },
  });
  const { code, stdout, stderr } = await command.output();
  const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
  return { code, out: text(stdout), error: text(stderr) };
}

Deno.test("the program prints results to standard output and ends with code 0", {
  ignore: !mayRun,
}, async () => {
  const { code, out, error } = await spmm(
    ...["multiply", "random:30x20:0.3", "random:4", "--device", "cpu", "--check", "--json"],
  );
  assert.equal(code, 0, error);
  assert.equal(JSON.parse(out).checkedRows, 30);
  assert.equal(error, "", "nobody watches, so there is no progress to show");
});

Deno.test("the program prints faults to standard error and ends with code 2", {
  ignore: !mayRun,
}, async () => {
  const { code, out, error } = await spmm("info", "no-such.mtx");
  assert.equal(code, 2);
  assert.equal(out, "");
  assert.match(error, /^Cannot find a file/);
});
