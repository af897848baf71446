import { Store } from "@spmm/runner";
import assert from "node:assert/strict";
import { runExperiments } from "./experiments_program.ts";
import { runFigures } from "./figures_program.ts";
import { runReport } from "./report_program.ts";
import { bufferTerminal } from "./terminal.ts";
import { inFolder } from "./test_folder.ts";

type Program = (
  args: readonly string[],
  terminal: ReturnType<typeof bufferTerminal>,
) => Promise<number>;

async function run(program: Program, ...args: string[]) {
  const terminal = bufferTerminal();
  const code = await program(args, terminal);
  return { code, out: terminal.printed.join("\n"), error: terminal.remarked.join("\n") };
}

Deno.test("a run ends by writing the report beside its store and saying where it is", async () => {
  await inFolder(async (folder) => {
    const store = `${folder}/store.sqlite`;
    const { code, out, error } = await run(
      runExperiments,
      ...["kernel-comparison", "--quick", "--device", "cpu", "--store", store],
      ...["--set", "n=8", "--set", "kernels=csb-cpu"],
    );
    assert.equal(code, 0, error);
    assert.equal(out.split("\n").at(-1), `Report: ${folder}/report.html`);
    const page = await Deno.readTextFile(`${folder}/report.html`);
    assert.match(page, /--device cpu --set kernels=csb-cpu --set n=8 --fresh/);

    const again = await run(runReport, "--store", store, "--out", `${folder}/again.html`);
    assert.equal(again.out, `Report: ${folder}/again.html`, again.error);
    const undated = (text: string) => text.replace(/Written [^<]*/, "");
    assert.equal(undated(await Deno.readTextFile(`${folder}/again.html`)), undated(page));
  });
});

Deno.test("figures of a store without results are none, and that is said of each", async () => {
  await inFolder(async (folder) => {
    Store.open(`${folder}/store.sqlite`)[Symbol.dispose]();
    const out = `${folder}/figures`;
    const drawn = await run(runFigures, "--store", `${folder}/store.sqlite`, "--out", out);
    assert.equal(drawn.code, 0, drawn.error);
    assert.match(drawn.out, /^kernel-comparison: nothing to draw \(never run\)$/m);
  });
});

for (const [name, program] of [["report", runReport], ["figures", runFigures]] as const) {
  Deno.test(`a store that there is not is the user's fault: ${name}`, async () => {
    const { code, error } = await run(program, "--store", "no/such.sqlite");
    assert.match(error, /^Cannot open a store/);
    assert.equal(code, 2);
  });
}

const FIGURES = new URL("../../docs/figures/", import.meta.url);

/** The committed figures, or none where no results are committed. */
async function committedFigures(): Promise<string[]> {
  const paths: string[] = [];
  try {
    for await (const folder of Deno.readDir(FIGURES)) {
      for await (const { name } of Deno.readDir(new URL(`${folder.name}/`, FIGURES))) {
        if (name.endsWith(".svg")) paths.push(`${folder.name}/${name}`);
      }
    }
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
  return paths;
}

const committed = await committedFigures();

Deno.test("the committed figures are those of the committed results, to the byte", {
  ignore: committed.length === 0,
}, async () => {
  await inFolder(async (folder) => {
    const { code, error } = await run(runFigures, "--out", folder);
    assert.equal(code, 0, error);
    for (const path of committed) {
      const drawn = await Deno.readTextFile(`${folder}/${path}`).catch(() => undefined);
      const kept = await Deno.readTextFile(new URL(path, FIGURES));
      assert.ok(drawn === kept, `${path} is not what deno task figures draws`);
    }
  });
});
