import assert from "node:assert/strict";
import { durationText, momentText } from "./words.ts";

Deno.test("a duration is told in its two largest units", () => {
  const texts = [0.25, 12.4, 61, 252, 3600, 7384].map(durationText);
  assert.deepEqual(texts, ["0.3 s", "12 s", "1 min 1 s", "4 min 12 s", "1 h 0 min", "2 h 3 min"]);
});

Deno.test("a moment is told in UTC, whatever the machine's zone", () => {
  assert.equal(momentText("2026-11-21T01:30:59+02:00"), "20 Nov 2026, 23:30 UTC");
  assert.equal(momentText("some day"), "some day");
});
