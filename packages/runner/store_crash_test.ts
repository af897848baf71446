import { randomSource } from "@spmm/formats";
import assert from "node:assert/strict";
import { runExperiment } from "./run_experiment.ts";
import { Store } from "./store.ts";
import type { StoredPoint } from "./stored_run.ts";
import { type SubjectArguments, subjectRequest, testSubject } from "./test_subject.ts";

const mayRun = Deno.permissions.querySync({ name: "run", command: "deno" }).state === "granted";
const CONFIG = new URL("../../deno.json", import.meta.url).pathname;
const SUBJECT = new URL("./test_subject.ts", import.meta.url).pathname;
const POINTS = 400;
const KILLS = 24;

async function inFolder(test: (folder: string) => Promise<void>): Promise<void> {
  const folder = await Deno.makeTempDir();
  try {
    await test(folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

async function subject(folder: string, args: Omit<SubjectArguments, "path">) {
  // Not killed from here: what is called deno may be a script that starts the real one.
  const grants = ["--allow-read", `--allow-write=${folder}`, "--allow-run"];
  const path = `${folder}/store.sqlite`;
  const { success, stdout, stderr } = await new Deno.Command("deno", {
    args: [
      ...["run", "-q", "--no-check", `--config=${CONFIG}`, ...grants],
      ...[SUBJECT, JSON.stringify({ path, ...args })],
    ],
  }).output();
  const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
  return { success, out: text(stdout), error: text(stderr) };
}

/** All that does not tell how long something took. */
function timeless(points: readonly StoredPoint[]) {
  return points.map(({ seconds: _, rows, ...point }) => ({
    ...point,
    rows: rows.map(({ samples = {}, ...row }) => ({
      ...row,
      samples: Object.entries(samples).map(([kind, all]) => [kind, all.length]),
    })),
  }));
}

async function uninterrupted(points: number) {
  using store = Store.open(":memory:");
  return timeless((await runExperiment(testSubject(points), subjectRequest(store))).points);
}

function keptIn(folder: string): StoredPoint[] {
  using store = Store.open(`${folder}/store.sqlite`);
  const [run] = store.runs();
  return run === undefined ? [] : store.points(run.id);
}

Deno.test(
  `a run that is killed ${KILLS} times loses no point that was kept, and ends as any other`,
  {
    ignore: !mayRun,
  },
  () =>
    inFolder(async (folder) => {
      const whole = await uninterrupted(POINTS);
      const random = randomSource(1);
      let before = 0;
      let inTheMidst = 0;
      for (let kill = 0; kill < KILLS; kill++) {
        const killAfter = random.unit() * 60;
        const { out } = await subject(folder, { points: POINTS, killAfter });
        if (out === "") inTheMidst++;
        const kept = keptIn(folder);
        assert.deepEqual(timeless(kept), whole.slice(0, kept.length), `kill ${kill}`);
        assert.ok(kept.length >= before, "what was kept is kept still");
        before = kept.length;
      }
      assert.ok(inTheMidst >= 20, `${inTheMidst} kills came before the end`);
      const last = await subject(folder, { points: POINTS });
      assert.ok(last.success, last.error);
      assert.deepEqual(timeless(keptIn(folder)), whole);
    }),
);

Deno.test(
  "two processes at one run share its points, and both end well",
  { ignore: !mayRun },
  () =>
    inFolder(async (folder) => {
      const both = [1, 2].map(() => subject(folder, { points: 100 }));
      for (const { success, error } of await Promise.all(both)) assert.ok(success, error);
      assert.deepEqual(timeless(keptIn(folder)), await uninterrupted(100));
    }),
);

Deno.test("a full disk ends a run with a typed error, and all points before are there", {
  ignore: !mayRun,
}, () =>
  inFolder(async (folder) => {
    const { success, error } = await subject(folder, { points: 2000, mostBytes: 128 * 1024 });
    assert.ok(!success);
    assert.match(error, /StoreError: Cannot write .*must have room/);
    const kept = keptIn(folder);
    assert.ok(kept.length > 5 && kept.length < 2000, `${kept.length} points`);
    assert.deepEqual(timeless(kept), await uninterrupted(kept.length));
    // With room again the run goes on where it stopped.
    using store = Store.open(`${folder}/store.sqlite`);
    const more = kept.length + 5;
    const report = await runExperiment(testSubject(more), subjectRequest(store));
    assert.deepEqual([report.takenUp, report.measured], [kept.length, 5]);
  }));
