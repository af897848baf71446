import assert from "node:assert/strict";
import { type PassCommands, SparingPass } from "./pass_commands.ts";

/** Objects stand for pipelines and groups, which are only told apart. */
const [first, second] = [{}, {}] as unknown as GPUComputePipeline[];
const [one, other] = [{}, {}] as unknown as GPUBindGroup[];

function written(commands: (pass: PassCommands) => void): string[] {
  const names = new Map<unknown, string>([
    ...[[first, "first"], [second, "second"], [one, "one"], [other, "other"]] as const,
  ]);
  const log: string[] = [];
  commands(
    new SparingPass({
      setPipeline: (pipeline) => void log.push(`run ${names.get(pipeline)}`),
      setBindGroup: (index, group) => void log.push(`bind ${index} ${names.get(group)}`),
      dispatchWorkgroups: (x, y) => void log.push(`dispatch ${x}x${y ?? 1}`),
    }),
  );
  return log;
}

function dispatched(pass: PassCommands, pipeline: GPUComputePipeline, group: GPUBindGroup): void {
  pass.setPipeline(pipeline);
  pass.setBindGroup(0, group);
  pass.dispatchWorkgroups(2, 3);
}

Deno.test("a spared pass is told once what stays, and dispatches every time", () => {
  const log = written((pass) => {
    for (let i = 0; i < 3; i++) dispatched(pass, first, one);
  });
  assert.deepEqual(log, ["run first", "bind 0 one", ...Array(3).fill("dispatch 2x3")]);
});

Deno.test("a spared pass is told whatever changes, and what changes back", () => {
  const log = written((pass) => {
    dispatched(pass, first, one);
    dispatched(pass, first, other);
    dispatched(pass, second, other);
    dispatched(pass, first, one);
    pass.setBindGroup(1, one);
  });
  assert.deepEqual(log.filter((line) => !line.startsWith("dispatch")), [
    ...["run first", "bind 0 one", "bind 0 other", "run second", "run first", "bind 0 one"],
    "bind 1 one",
  ]);
});
