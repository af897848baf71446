import assert from "node:assert/strict";
import { rerunCommand } from "./rerun_command.ts";

const run = { experiment: "a", scale: "quick", set: {}, argv: [] } as const;

Deno.test("a device is taken from the arguments in either form, and the last one counts", () => {
  const commands = [["--device", "cpu"], ["--device=gpu"], []]
    .map((argv) => rerunCommand({ ...run, argv }));
  assert.deepEqual(commands, [
    "deno task experiments a --quick --device cpu --fresh",
    "deno task experiments a --quick --device gpu --fresh",
    "deno task experiments a --quick --fresh",
  ]);
});

Deno.test("a value that a shell would take apart is quoted", () => {
  assert.equal(
    rerunCommand({ ...run, set: { peers: ["it's here; rm"] } }),
    `deno task experiments a --quick --set 'peers=it'\\''s here; rm' --fresh`,
  );
});
