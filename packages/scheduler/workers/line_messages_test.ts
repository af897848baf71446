import assert from "node:assert/strict";
import { encodeLine, readLines } from "./line_messages.ts";

async function read(bytes: Uint8Array, piece: number): Promise<[unknown[], string[]]> {
  const stream = new ReadableStream<Uint8Array<ArrayBuffer>>({
    start(controller) {
      for (let at = 0; at < bytes.length; at += piece) {
        controller.enqueue(new Uint8Array(bytes.subarray(at, at + piece)));
      }
      controller.close();
    },
  });
  const printed: string[] = [];
  const messages = await Array.fromAsync(readLines(stream, (line) => printed.push(line)));
  return [messages, printed];
}

Deno.test("messages are told from what a program prints, however the stream is cut", async () => {
  const printed = new TextEncoder().encode("loading …\n{}\n");
  const bytes = new Uint8Array([
    ...encodeLine({ kind: "beat" }),
    ...printed,
    ...encodeLine({ text: "line\nline ☃" }),
    ...new TextEncoder().encode("no end"),
  ]);
  for (const piece of [1, 2, 7, 1000]) {
    const [messages, lines] = await read(bytes, piece);
    assert.deepEqual(messages, [{ kind: "beat" }, { text: "line\nline ☃" }]);
    assert.deepEqual(lines, ["loading …", "{}", "no end"]);
  }
});

Deno.test("a message that breaks off is no message", async () => {
  const torn = encodeLine({ survivors: [1, 2, 3] }).slice(0, -4);
  assert.deepEqual((await read(torn, 5))[0], []);
});
