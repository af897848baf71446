import assert from "node:assert/strict";
import { ThreadsUnavailableError } from "./errors.ts";
import { chooseThreads, surroundings } from "./threads.ts";

const FREE = { sharedMemory: true, workers: true, cores: 8 };

Deno.test("without a wish there is a thread for each hardware thread", () => {
  assert.equal(chooseThreads(undefined, FREE), 8);
});

Deno.test("where memory cannot be shared or workers are forbidden there is one thread", () => {
  assert.equal(chooseThreads(undefined, { ...FREE, sharedMemory: false }), 1);
  assert.equal(chooseThreads(undefined, { ...FREE, workers: false }), 1);
});

Deno.test("asking for several threads where they are forbidden says what is missing", () => {
  assert.throws(
    () => chooseThreads(2, { ...FREE, sharedMemory: false }),
    (error) => error instanceof ThreadsUnavailableError && /shared memory/.test(error.message),
  );
  assert.equal(chooseThreads(1, { sharedMemory: false, workers: false, cores: 8 }), 1);
});

Deno.test("a number of threads that is no positive integer is refused", () => {
  for (const threads of [0, -1, 1.5, NaN, Infinity]) {
    assert.throws(() => chooseThreads(threads, FREE), RangeError);
  }
});

Deno.test("a page that is not cross-origin isolated shares no memory", () => {
  Object.defineProperty(globalThis, "crossOriginIsolated", { value: false, configurable: true });
  try {
    assert.equal(surroundings().sharedMemory, false);
  } finally {
    Reflect.deleteProperty(globalThis, "crossOriginIsolated");
  }
});
