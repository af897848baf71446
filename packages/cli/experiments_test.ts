import { Store } from "@spmm/runner";
import assert from "node:assert/strict";
import { inFolder } from "./test_folder.ts";

const mayRun = Deno.permissions.querySync({ name: "run", command: "deno" }).state === "granted";
const CONFIG = new URL("../../deno.json", import.meta.url);
const BRIEF = ["--quick", "--device", "cpu", "--set", "n=8"];

async function deno(script: string, grants: readonly string[], args: readonly string[]) {
  const { pathname } = new URL(script, import.meta.url);
  const { code, stdout, stderr } = await new Deno.Command("deno", {
    args: ["run", "-q", `--config=${CONFIG.pathname}`, ...grants, pathname, ...args],
    env: { NO_COLOR: "1" },
  }).output();
  const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
  return { code, out: text(stdout), error: text(stderr) };
}

Deno.test("a run that is ended by Ctrl-C says how to go on, and then goes on where it stopped", {
  ignore: !mayRun,
}, () =>
  inFolder(async (folder) => {
    const path = `${folder}/store.sqlite`;
    const grants = ["-P=experiments", `--allow-write=${folder}`];
    const args = ["kernel-comparison", ...BRIEF, "--store", path];
    const ended = await deno("./test_interrupted.ts", [...grants, "--allow-run"], ["10", ...args]);
    assert.equal(ended.code, 130, ended.error);
    const said = /^Cannot finish: ended with (\d+) of (\d+) points kept in .*\. Go on with: (.*)$/m
      .exec(ended.error);
    assert.ok(said !== null, ended.error);
    assert.equal(said[3], `deno task experiments ${args.join(" ")}`);
    const [kept, planned] = [Number(said[1]), Number(said[2])];
    assert.ok(kept < planned);
    {
      using store = Store.open(path);
      const [run] = store.runs();
      assert.deepEqual([run.state, run.kept.measured], ["interrupted", kept]);
    }
    const whole = await deno("./experiments.ts", grants, args);
    assert.equal(whole.code, 0, whole.error);
    assert.match(whole.out, new RegExp(`${planned - kept} points measured, ${kept} kept from`));
    assert.equal(whole.error, "", "nobody watches, so there is no progress to show");
  }));

Deno.test("a store that cannot be used is told in one line, with exit code 1", {
  ignore: !mayRun,
}, () =>
  inFolder(async (folder) => {
    const path = `${folder}/store.sqlite`;
    await Deno.writeTextFile(path, "no store ".repeat(1000));
    const args = ["kernel-comparison", ...BRIEF, "--store", path];
    const grants = ["-P=experiments", `--allow-write=${folder}`];
    const { code, error } = await deno("./experiments.ts", grants, args);
    assert.equal(code, 1);
    assert.match(
      error,
      /^Cannot open .*: it must be an SQLite file that is whole: received ".*"\n$/,
    );
  }));
