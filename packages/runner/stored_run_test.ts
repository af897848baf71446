import fc from "fast-check";
import assert from "node:assert/strict";
import { StoreError } from "./errors.ts";
import type { RowOutcome, Scalar } from "./row.ts";
import { Store } from "./store.ts";
import { runFromFiles, runToFiles } from "./stored_run_csv.ts";
import { runsFromJson, runsToJson } from "./stored_run_json.ts";
import type { StoredPoint, StoredRun } from "./stored_run.ts";

/** Text with all that CSV, JSON, SQL and UTF-8 make something of. */
const text = fc.oneof(
  fc.string({ unit: "grapheme" }),
  fc.string({ unit: "binary" }),
  fc.constantFrom("", " ", "1", "-0", "1e5", "true", '"', '"a"', "a,b", "a\r\nb", "\ufeff", "null"),
  fc.constantFrom("__proto__", "\0", "\ud800", "a.b", "'; DROP TABLE runs; --", "NaN", "0x10"),
);
const number = fc.double({ noNaN: true, noDefaultInfinity: true });
const scalar: fc.Arbitrary<Scalar> = fc.oneof(text, number, fc.boolean(), fc.integer());
const fields = fc.dictionary(text, scalar, { maxKeys: 4 });
const samples = fc.dictionary(text, fc.array(number, { minLength: 1, maxLength: 4 }), {
  maxKeys: 3,
});
const measured: fc.Arbitrary<RowOutcome> = fc.record({
  contender: text,
  device: text,
  outcome: fc.constant("measured" as const),
  values: fields,
  samples,
  check: fc.record({ comparedRows: fc.nat(), worstError: number }),
}, { requiredKeys: ["contender", "device", "outcome", "values"] });
const unmeasured: fc.Arbitrary<RowOutcome> = fc.record({
  contender: text,
  device: text,
  outcome: fc.constantFrom("skipped" as const, "failed" as const),
  reason: text,
  values: fields,
});
const point: fc.Arbitrary<Omit<StoredPoint, "position" | "parameters">> = fc.record({
  state: fc.constantFrom("measured" as const, "skipped" as const, "failed" as const),
  reason: text,
  seconds: number,
  rows: fc.array(fc.oneof(measured, unmeasured), { maxLength: 3 }),
}, { requiredKeys: ["state", "seconds", "rows"] });
const run: fc.Arbitrary<StoredRun> = fc.record({
  experiment: text,
  argv: fc.array(text, { maxLength: 3 }),
  set: fc.dictionary(text, fc.array(text, { maxLength: 2 }), { maxKeys: 2 }),
  facts: fields,
  points: fc.array(fc.tuple(fields, point), { maxLength: 4 }),
}).map(({ facts, points, ...more }) => ({
  ...more,
  ...{ uid: "u", sourceHash: "aa", scale: "full", fresh: true, state: "interrupted" },
  ...{ started: "2026-01-01T00:00:00.000Z", ended: "2026-01-01T00:00:01.000Z" },
  planned: points.length,
  environment: {
    ...{ runtime: { deno: "2" }, platform: "any", hardwareThreads: 2, cpu: "a CPU" },
    ...{ commit: "cc", dirty: true, devices: [{ kind: "webgpu", name: "a GPU", facts }] },
  },
  points: points.map(([parameters, one], position) => ({
    ...one,
    position,
    // The place makes parameters differ that happen to be the same.
    parameters: { ...parameters, position },
  })),
}));

Deno.test("a run that is kept goes through JSON, CSV and other stores without loss", () => {
  fc.assert(
    fc.property(run, (drawn) => {
      using here = Store.open(":memory:");
      using there = Store.open(":memory:");
      const kept = here.exported(here.add(drawn) ?? 0);
      assert.deepEqual(runsFromJson(runsToJson([kept])), [kept]);
      const files = runToFiles(kept);
      assert.deepEqual(runFromFiles(files), kept);
      // As UTF-8, as it lies in a file.
      const bytes = Object.entries(files).map(([name, file]) => [name, encoded(file)]);
      assert.deepEqual(runFromFiles(Object.fromEntries(bytes)), kept);
      const again = there.exported(there.add(runFromFiles(files)) ?? 0);
      assert.deepEqual(again, kept);
    }),
    { seed: 20, numRuns: 300 },
  );
});

function encoded(file: string): string {
  return new TextDecoder("utf-8", { ignoreBOM: true }).decode(new TextEncoder().encode(file));
}

Deno.test("what is kept is what was given, but for what no file can hold", () => {
  fc.assert(
    fc.property(fc.dictionary(fc.string(), scalar), (values) => {
      using store = Store.open(":memory:");
      const row = { contender: "it", device: "host", outcome: "measured" as const, values };
      const id = store.add({ ...EMPTY, points: [{ ...POINT, rows: [row] }] }) ?? 0;
      const expected = Object.entries(values).map(([name, value]) => [
        name.replaceAll("\0", "\ufffd"),
        typeof value === "string"
          ? value.toWellFormed().replaceAll("\0", "\ufffd")
          : typeof value === "number"
          ? value + 0
          : value,
      ]);
      assert.deepEqual(store.rows(id)[0].values, Object.fromEntries(expected));
    }),
    { seed: 21 },
  );
});

const POINT: StoredPoint = {
  position: 0,
  parameters: { x: 1 },
  state: "measured",
  seconds: 1,
  rows: [],
};
const EMPTY: StoredRun = {
  ...{ uid: "u", experiment: "e", sourceHash: "aa", scale: "quick", fresh: false },
  ...{ set: {}, argv: [], started: "2026-01-01", state: "complete", planned: 1 },
  environment: { runtime: {}, platform: "any", hardwareThreads: 1, devices: [] },
  points: [POINT],
};

Deno.test("JSON that is not of runs is refused with what is wrong", () => {
  const good = runsToJson([EMPTY]);
  assert.deepEqual(runsFromJson(good), [EMPTY]);
  const faults: readonly (readonly [string, string])[] = [
    ["[", "JSON"],
    ["[]", "an object"],
    ["{}", "schema must be a finite number"],
    [good.replace('"planned": 1', '"planned": "1"'), "planned must be a finite number"],
    [good.replace('"scale": "quick"', '"scale": "huge"'), "one of quick, full"],
    [good.replace('"x": 1', '"x": null'), "x must be a finite number"],
    [good.replace('"state": "measured"', '"state": "good"'), "state must be one of measured"],
  ];
  for (const [document, wrong] of faults) {
    assert.throws(() => runsFromJson(document), (error) => {
      assert.ok(error instanceof StoreError && error.fault === "malformed", String(error));
      assert.ok(error.message.includes(wrong), error.message);
      return true;
    });
  }
  const newer = good.replace(/"schema": \d+/, '"schema": 999');
  assert.throws(() => runsFromJson(newer), /version .* received 999/);
});

Deno.test("CSV that is cut or mangled is refused, or loses whole lines only", () => {
  const rows = [{ contender: "a", device: "b", outcome: "measured" as const, values: { y: 0.5 } }];
  const files = runToFiles({ ...EMPTY, points: [{ ...POINT, rows }] });
  for (const mangled of ['position,"', "position,state\n0,good\n", "position\n0,1,2\n"]) {
    assert.throws(() => runFromFiles({ ...files, "points.csv": mangled }), StoreError);
  }
  assert.throws(() => runFromFiles({ ...files, "run.json": "null" }), StoreError);
  assert.throws(
    () => runFromFiles({ ...files, "rows.csv": files["rows.csv"].replace("measured", "good") }),
    StoreError,
  );
});
