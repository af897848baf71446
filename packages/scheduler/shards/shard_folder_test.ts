import assert from "node:assert/strict";
import { SchedulerError, ShardError } from "../errors.ts";
import type { RangeAnswer } from "../job_result.ts";
import { jobHash } from "./job_hash.ts";
import { openShardFolder, readShardFolder } from "./shard_folder.ts";
import { ShardWriter } from "./shard_writer.ts";

const job = { name: "small", program: "file:///program.ts", description: { seed: 1 }, inputs: 40 };

function answer(first: number, end: number, survivors: readonly number[] = [first]): RangeAnswer {
  const seconds = { upload: 0, compute: 0, readback: 0, total: 0 };
  return { first, end, survivors, alive: [], seconds, edges: { counted: 1, executed: 1 } };
}

async function emptyFolder(): Promise<string> {
  return `${await Deno.makeTempDir()}/results`;
}

Deno.test("what several workers and runs have written is found again, and what is missing", async () => {
  const path = await emptyFolder();
  const { hash } = await openShardFolder(path, job, false);
  const one = new ShardWriter({ folder: path, name: "a-0", hash });
  const other = new ShardWriter({ folder: path, name: "a-1", hash });
  await one.add(answer(0, 10));
  await other.add(answer(20, 25));
  await one.add(answer(30, 31));
  const { answers } = await openShardFolder(path, job, true);
  assert.deepEqual(answers, [answer(0, 10), answer(20, 25), answer(30, 31)]);
  const { missing, name, inputs } = await readShardFolder(path);
  assert.deepEqual([name, inputs], ["small", 40]);
  assert.deepEqual(missing, [[10, 20], [25, 30], [31, 40]].map(([first, end]) => ({ first, end })));
});

Deno.test("a range that two runs have done counts once, and overlaps are done again", async () => {
  const path = await emptyFolder();
  const { hash } = await openShardFolder(path, job, false);
  await new ShardWriter({ folder: path, name: "a-0", hash }).add(answer(0, 10));
  await new ShardWriter({ folder: path, name: "b-0", hash }).add(answer(0, 10));
  await new ShardWriter({ folder: path, name: "b-1", hash }).add(answer(5, 15));
  const { answers, missing } = await readShardFolder(path);
  assert.deepEqual(answers, [answer(0, 10)]);
  assert.deepEqual(missing, [{ first: 10, end: 40 }]);
});

Deno.test("a worker with many survivors begins another file, and each stays complete", async () => {
  const path = await emptyFolder();
  const { hash } = await openShardFolder(path, job, false);
  const writer = new ShardWriter({ folder: path, name: "a-0", hash });
  const many = Array.from({ length: 20_000 }, (_, i) => 1_000_000 + i);
  for (let first = 0; first < 8; first++) await writer.add(answer(first, first + 1, many));
  const files = (await Array.fromAsync(Deno.readDir(path))).map(({ name }) => name).sort();
  assert.ok(files.length > 3 && files.every((name) => /\.json$/.test(name)), files.join());
  assert.equal((await readShardFolder(path)).answers.length, 8);
});

Deno.test("results are never mixed: not with another job's, nor unasked with earlier ones", async () => {
  const path = await emptyFolder();
  const { hash } = await openShardFolder(path, job, false);
  await openShardFolder(path, job, false); // empty still, so it may begin again
  const other = { ...job, description: { seed: 2 } };
  await assert.rejects(openShardFolder(path, other, true), ShardError);
  await new ShardWriter({ folder: path, name: "a-0", hash }).add(answer(0, 10));
  await assert.rejects(openShardFolder(path, job, false), /must resume/);
});

Deno.test("a shard that is damaged or of another job is named", async () => {
  const path = await emptyFolder();
  await openShardFolder(path, job, false);
  await Deno.writeTextFile(`${path}/shard-a-0-0.json`, '{"hash":"x","answers":[]}');
  await assert.rejects(readShardFolder(path), /shard-a-0-0\.json: it must be of job/);
  await Deno.writeTextFile(`${path}/shard-a-0-0.json`, '{"hash"');
  await assert.rejects(readShardFolder(path), ShardError);
});

Deno.test("a job's hash depends on what it computes, not on where its program lies", async () => {
  const hash = await jobHash({ ...job, description: { a: 1, b: [true, null, "x"] } });
  const moved = {
    ...job,
    program: "file:///other.ts",
    description: { b: [true, null, "x"], a: 1 },
  };
  assert.equal(await jobHash(moved), hash);
  assert.notEqual(await jobHash({ ...moved, inputs: 41 }), hash);
  assert.notEqual(await jobHash({ ...moved, description: { a: 1, b: [true, null, "y"] } }), hash);
  await assert.rejects(jobHash({ ...job, description: { a: NaN } }), SchedulerError);
});
