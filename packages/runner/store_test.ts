import assert from "node:assert/strict";
import { DatabaseSync } from "node:sqlite";
import { RowError, StoreError, type StoreFault } from "./errors.ts";
import { runExperiment } from "./run_experiment.ts";
import { type RunStart, Store } from "./store.ts";
import { APPLICATION_ID, SCHEMA_VERSION, STEPS } from "./store_schema.ts";
import type { StoredPoint } from "./stored_run.ts";
import { subjectRequest, testSubject } from "./test_subject.ts";

const START: RunStart = {
  experiment: "subject",
  sourceHash: "aa",
  scale: "quick",
  environment: { runtime: {}, platform: "any", hardwareThreads: 1, devices: [] },
  set: {},
  fresh: false,
  argv: [],
  planned: 2,
};

function point(position: number, state: StoredPoint["state"] = "measured"): StoredPoint {
  const row = { contender: "it", device: "host", values: { position } };
  return {
    ...{ position, parameters: { i: position }, state, seconds: 1 },
    ...(state !== "measured" && { reason: "why" }),
    rows: state === "measured" ? [{ ...row, outcome: state }] : [],
  };
}

async function inFolder(test: (folder: string) => void | Promise<void>): Promise<void> {
  const folder = await Deno.makeTempDir();
  try {
    await test(folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

function assertFault(fault: StoreFault, work: () => unknown): void {
  assert.throws(work, (error) => error instanceof StoreError && error.fault === fault);
}

for (let version = 0; version <= SCHEMA_VERSION; version++) {
  Deno.test(`a store of version ${version} is opened with what it has, and is of the latest then`, () =>
    inFolder((folder) => {
      const path = `${folder}/store.sqlite`;
      const old = new DatabaseSync(path);
      for (const step of STEPS.slice(0, version)) old.exec(step);
      old.exec(`PRAGMA user_version = ${version}; PRAGMA application_id = ${APPLICATION_ID}`);
      if (version > 0) {
        old.exec(`INSERT INTO environments (facts) VALUES ('{"devices":[]}');
          INSERT INTO runs VALUES (7, 'u', 'subject', 'aa', 1, 'quick', '{}', 0, '[]',
            '2026-01-01T00:00:00.000Z', NULL, 'running', 1);
          INSERT INTO points VALUES (3, 7, '{"i":0}', 'measured', NULL, 0.5);
          INSERT INTO run_points VALUES (7, 0, 3);
          INSERT INTO rows VALUES (5, 3, 0, 'it', 'host', 'measured', NULL, '{"y":1}', NULL);
          INSERT INTO samples VALUES (5, 'kernel', 0, 0.25);`);
      }
      old.close();
      {
        using store = Store.open(path);
        assert.equal(store.runs().length, version > 0 ? 1 : 0);
        if (version > 0) {
          assert.deepEqual(store.rows(7), [{
            ...{ parameters: { i: 0 }, contender: "it", device: "host", outcome: "measured" },
            ...{ values: { y: 1 }, samples: { kernel: [0.25] } },
          }]);
        }
        store.keep(store.start(START).id, point(1));
      }
      const now = new DatabaseSync(path);
      assert.deepEqual({ ...now.prepare("PRAGMA user_version").get() ?? {} }, {
        user_version: SCHEMA_VERSION,
      });
      now.close();
    }));
}

Deno.test("a file that is no store, another SQLite file and a newer store are told apart and kept", () =>
  inFolder(async (folder) => {
    const path = `${folder}/file`;
    await Deno.writeTextFile(
      path,
      "These are words, and more of them than a header has.".repeat(20),
    );
    const before = await Deno.readFile(path);
    assertFault("damaged", () => Store.open(path));
    assert.deepEqual(await Deno.readFile(path), before);
    for (const [name, setting] of [["other", ""], ["newer", "PRAGMA user_version = 999"]]) {
      const file = new DatabaseSync(`${folder}/${name}`);
      file.exec("CREATE TABLE mine (x)");
      if (name === "newer") file.exec(`PRAGMA application_id = ${APPLICATION_ID}; ${setting}`);
      file.close();
      assertFault(name === "newer" ? "newer" : "damaged", () => Store.open(`${folder}/${name}`));
    }
    assertFault("unusable", () => Store.open(folder));
  }));

Deno.test("a point is kept whole or not at all", () => {
  using store = Store.open(":memory:");
  const { id } = store.start(START);
  store.keep(id, point(0));
  const good = { contender: "a", device: "host", outcome: "measured" as const, values: { y: 1 } };
  const endless = { ...good, values: { y: Infinity } };
  const lost = { ...good, samples: { kernel: [1, NaN] } };
  for (const bad of [endless, lost]) {
    assert.throws(() => store.keep(id, { ...point(1), rows: [good, bad] }), RowError);
  }
  assert.deepEqual(store.points(id), [point(0)]);
});

Deno.test("points are taken up by runs of the same kind alone, and by none that is fresh", () => {
  using store = Store.open(":memory:");
  const { id } = store.start(START);
  store.keep(id, point(0));
  const takesUp = (start: Partial<RunStart>) => {
    const run = store.start({ ...START, ...start });
    return [run.id === id, store.takeUp(run.id, 0, { i: 0 }) !== undefined];
  };
  assert.deepEqual(takesUp({}), [true, true]);
  assert.deepEqual(takesUp({ set: { n: ["1"] } }), [false, true], "other axes share points");
  assert.deepEqual(takesUp({ fresh: true }), [false, false]);
  assert.deepEqual(takesUp({ sourceHash: "bb" }), [false, false]);
  assert.deepEqual(takesUp({ scale: "full" }), [false, false]);
  assert.deepEqual(takesUp({ experiment: "other" }), [false, false]);
  const environment = { ...START.environment, commit: "cc" };
  assert.deepEqual(takesUp({ environment }), [false, false]);
});

Deno.test("the latest run is gone on with, so that a fresh one that was ended stays fresh", () => {
  using store = Store.open(":memory:");
  store.keep(store.start(START).id, point(0));
  const fresh = store.start({ ...START, fresh: true });
  store.keep(fresh.id, point(1));
  const again = store.start(START);
  assert.equal(again.id, fresh.id);
  assert.equal(store.takeUp(again.id, 0, { i: 0 }), undefined);
  assert.ok(store.takeUp(again.id, 1, { i: 1 }));
});

Deno.test("failures are kept and measured again, skips are kept with their reasons", () => {
  using store = Store.open(":memory:");
  const { id } = store.start(START);
  store.keep(id, point(0, "failed"));
  store.keep(id, point(1, "skipped"));
  assert.deepEqual(store.run(id).kept, { measured: 0, skipped: 1, failed: 1 });
  assert.equal(store.takeUp(id, 0, { i: 0 }), undefined);
  assert.deepEqual(store.takeUp(id, 1, { i: 1 }), { state: "skipped", seconds: 1 });
  store.keep(id, point(0));
  assert.deepEqual(store.run(id).kept, { measured: 1, skipped: 1, failed: 0 });
});

Deno.test("the run to draw is of the sources as they are, full before quick, whole before part", () => {
  using store = Store.open(":memory:");
  const shown = (hash?: string) => store.runToShow("subject", hash)?.id;
  const quick = store.end(store.start(START).id, "complete").id;
  const part = store.start({ ...START, set: { n: ["1"] } }).id;
  assert.equal(shown("aa"), quick);
  const full = store.start({ ...START, scale: "full" }).id;
  assert.equal(shown("aa"), full);
  const changed = store.start({ ...START, sourceHash: "bb" }).id;
  assert.deepEqual([shown("bb"), shown("aa"), shown("cc")], [changed, full, undefined]);
  store.end(store.start({ ...START, sourceHash: "bb", scale: "full" }).id, "complete");
  assert.notEqual(shown(), part);
});

Deno.test("a plan that became shorter leaves no points behind in its run", async () => {
  using store = Store.open(":memory:");
  await runExperiment(testSubject(5), subjectRequest(store));
  const { points } = await runExperiment(testSubject(3), subjectRequest(store));
  assert.deepEqual(points.map(({ parameters }) => parameters["i"]), [0, 1, 2]);
});
