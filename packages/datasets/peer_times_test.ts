import assert from "node:assert/strict";
import { DatasetError } from "./errors.ts";
import { readPeerTimes } from "./peer_times.ts";

async function read(text: string): Promise<unknown> {
  const path = await Deno.makeTempFile();
  try {
    await Deno.writeTextFile(path, text);
    return await readPeerTimes(path);
  } finally {
    await Deno.remove(path);
  }
}

const WRONG = [
  ["text that is no JSON", "{", /must be JSON/],
  ["no list of matrices", '{"gpu":"x"}', /spmm must be an array/],
  ["a matrix that is a number", '{"gpu":"x","spmm":[3]}', /must hold objects/],
  ["a time that is none", '{"gpu":"x","spmm":[{"us_n8":{"lib":0}}]}', /lib must be a time in µs/],
] as const;

for (const [what, text, message] of WRONG) {
  Deno.test(`${what} is refused, with the file's name`, async () => {
    await assert.rejects(
      read(text),
      (error) => error instanceof DatasetError && message.test(error.message),
    );
  });
}
