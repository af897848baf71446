/**
 * Reads a large generated Matrix Market file as a stream and prints, as JSON, the bytes of its text,
 * the entries of the matrix, and how far resident memory rose. Run by the test beside it, in a
 * process of its own, where nothing else takes memory.
 */
import { readMatrixMarket } from "./matrix_market.ts";

const [kind = ""] = Deno.args;
const COLUMNS = 2048;

function* lines(rows: number): Generator<Uint8Array<ArrayBuffer>> {
  const encoder = new TextEncoder();
  const columns = Array.from({ length: COLUMNS }, (_, i) => `@ ${i + 1} ${(i % 97 + 1) / 128}\n`);
  const template = columns.join("");
  yield encoder.encode("%%MatrixMarket matrix coordinate real general\n");
  yield encoder.encode(`${rows} ${COLUMNS} ${rows * COLUMNS}\n`);
  for (let row = 1; row <= rows; row++) yield encoder.encode(template.replaceAll("@", `${row}`));
}

function* comments(megabytes: number): Generator<Uint8Array<ArrayBuffer>> {
  const encoder = new TextEncoder();
  yield encoder.encode("%%MatrixMarket matrix coordinate real general\n");
  const comment = encoder.encode(`% ${"x".repeat(1021)}\n`.repeat(1024));
  for (let i = 0; i < megabytes; i++) yield comment;
  yield encoder.encode("2 2 1\n1 1 0.5\n");
}

let textBytes = 0;
const before = Deno.memoryUsage().rss;
let peak = before;
const counted = new TransformStream<Uint8Array<ArrayBuffer>, Uint8Array<ArrayBuffer>>({
  transform(piece, controller) {
    textBytes += piece.length;
    peak = Math.max(peak, Deno.memoryUsage().rss);
    controller.enqueue(piece);
  },
});
const text = ReadableStream.from(kind === "entries" ? lines(3000) : comments(128))
  .pipeThrough(counted);
const source = kind === "comments.gz" ? text.pipeThrough(new CompressionStream("gzip")) : text;
const matrix = await readMatrixMarket(source);
const rise = Math.max(peak, Deno.memoryUsage().rss) - before;
const entries = "format" in matrix ? matrix.values.length : 0;
console.log(JSON.stringify({ textBytes, entries, rise }));
