import assert from "node:assert/strict";
import { RowError } from "./errors.ts";
import { experiment, type MeasureContext, type Point, skippedPoint } from "./experiment.ts";
import type { RowOutcome } from "./row.ts";
import { runExperiment, type RunProgress } from "./run_experiment.ts";
import { Store } from "./store.ts";
import { subjectRequest } from "./test_subject.ts";

const MEASURED = { contender: "it", device: "host", outcome: "measured", values: {} } as const;

function point(
  i: number,
  rows: (context: MeasureContext) => RowOutcome[] | Promise<RowOutcome[]> = () => [MEASURED],
): Point {
  return { parameters: { i }, measure: async (context) => await rows(context) };
}

function subject(points: readonly Point[]) {
  return experiment({
    name: "subject",
    question: "What becomes of points?",
    axes: {},
    points: () => points,
    tables: () => [],
  });
}

Deno.test("what is thrown fails its point and no other, and is asked again", async () => {
  using store = Store.open(":memory:");
  let broken = true;
  const points = [
    point(0),
    point(1, () => {
      if (broken) throw new TypeError("Cannot be: it is broken");
      return [MEASURED];
    }),
    skippedPoint({ i: 2 }, "nothing is at hand"),
    point(3, () => [{ ...MEASURED, values: { y: NaN } }]),
  ];
  const first = await runExperiment(subject(points), subjectRequest(store));
  assert.deepEqual(first.points.map(({ state, reason }) => [state, reason]), [
    ["measured", undefined],
    ["failed", "TypeError: Cannot be: it is broken"],
    ["skipped", "nothing is at hand"],
    ["failed", "RowError: Cannot keep y: a number must be finite: received NaN"],
  ]);
  broken = false;
  const second = await runExperiment(subject(points), subjectRequest(store));
  assert.deepEqual([second.takenUp, second.measured], [2, 2]);
  assert.equal(second.points[1].state, "measured");
});

Deno.test("a row that failed makes its point failed; rows that were all skipped make it skipped", async () => {
  using store = Store.open(":memory:");
  const who = { contender: "other", device: "host", values: {} };
  const failed = { ...who, outcome: "failed", reason: "wrong" } as const;
  const skipped = { ...who, outcome: "skipped", reason: "too small" } as const;
  const points = [[MEASURED, failed], [MEASURED, skipped], [skipped]];
  const { points: kept } = await runExperiment(
    subject(points.map((rows, i) => point(i, () => rows))),
    subjectRequest(store),
  );
  assert.deepEqual(kept.map(({ state, reason, rows }) => [state, reason, rows.length]), [
    ["failed", "other: wrong", 2],
    ["measured", undefined, 2],
    ["skipped", "too small", 1],
  ]);
});

Deno.test("a run that is ended drops the point in flight at once, and can be gone on with", async () => {
  using store = Store.open(":memory:");
  const controller = new AbortController();
  const points = [
    point(0),
    point(1, ({ signal }) => {
      controller.abort();
      assert.ok(signal.aborted);
      return new Promise(() => {});
    }),
    point(2),
  ];
  const request = { ...subjectRequest(store), signal: controller.signal };
  const { run, points: kept } = await runExperiment(subject(points), request);
  assert.deepEqual([run.state, kept.length], ["interrupted", 1]);
  const again = await runExperiment(
    subject([point(0), point(1), point(2)]),
    subjectRequest(store),
  );
  assert.deepEqual([again.run.id, again.run.state, again.measured], [run.id, "complete", 2]);
});

Deno.test("progress tells points, what is done, and the time left from the first point on", async () => {
  using store = Store.open(":memory:");
  const told: RunProgress[] = [];
  const pause = async ({ doing }: MeasureContext) => {
    await new Promise((resolve) => setTimeout(resolve, 20));
    doing("half way");
    return [MEASURED];
  };
  await runExperiment(subject([point(0, pause), point(1, pause)]), {
    ...subjectRequest(store),
    progress: (progress) => void told.push(progress),
  });
  assert.deepEqual(told.map(({ done, total, doing }) => [done, total, doing]), [
    [0, 2, "0"],
    [0, 2, "0: half way"],
    [1, 2, "1"],
    [1, 2, "1: half way"],
  ]);
  const [before, , after] = told.map(({ secondsLeft }) => secondsLeft);
  assert.equal(before, undefined);
  assert.ok(after !== undefined && after >= 0.019 && after < 1, `${after}`);
});

Deno.test("points that cannot be told apart are refused before anything is measured", async () => {
  using store = Store.open(":memory:");
  const twice = subject([point(1), point(1)]);
  await assert.rejects(runExperiment(twice, subjectRequest(store)), RowError);
  assert.deepEqual(store.runs(), []);
});
