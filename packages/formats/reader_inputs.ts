import assert from "node:assert/strict";
import { checkCsr, type Csr } from "./csr.ts";
import type { Dense } from "./dense.ts";
import { ParseError, type ParseFault } from "./parse_error.ts";

/** Text as a reader gets it. */
export function bytes(text: string): Uint8Array<ArrayBuffer> {
  return new TextEncoder().encode(text);
}

/** Bytes as a stream of pieces of the given lengths, taken in turn. */
export function pieces(
  data: Uint8Array<ArrayBuffer>,
  lengths: number[],
): ReadableStream<Uint8Array<ArrayBuffer>> {
  let from = 0;
  let turn = 0;
  return new ReadableStream({
    pull(controller) {
      const to = from + lengths[turn++ % lengths.length];
      controller.enqueue(data.slice(from, to));
      from = to;
      if (from >= data.length) controller.close();
    },
  });
}

/** Bytes, compressed. */
export async function gzipped(data: Uint8Array<ArrayBuffer>): Promise<Uint8Array<ArrayBuffer>> {
  const stream = new Blob([data]).stream().pipeThrough(new CompressionStream("gzip"));
  return await new Response(stream).bytes();
}

/** Everything a stream has to give. */
export async function collected(
  stream: ReadableStream<Uint8Array<ArrayBuffer>>,
): Promise<Uint8Array<ArrayBuffer>> {
  return await new Response(stream).bytes();
}

/** Holds a reader to its word: it refuses with this fault, at this line. */
export async function refuses(
  reading: Promise<unknown>,
  fault: ParseFault,
  line?: number,
): Promise<void> {
  await assert.rejects(reading, (error) => {
    assert.ok(error instanceof ParseError, String(error));
    assert.equal(error.fault, fault, error.message);
    if (line !== undefined) assert.equal(error.place.line, line, error.message);
    assert.match(error.message, /^Cannot read [^:]+: .+: .+/);
    return true;
  });
}

/** Reads what may be garbage: the answer is a valid matrix or a typed refusal, nothing else. */
export async function isReadOrRefused(reading: Promise<Csr | Dense>): Promise<void> {
  try {
    const matrix = await reading;
    if ("format" in matrix) checkCsr(matrix);
    else assert.equal(matrix.data.length, matrix.rows * matrix.cols);
  } catch (error) {
    if (!(error instanceof ParseError)) throw error;
  }
}

const ARRAYS = ["Uint8Array", "Uint32Array", "Float32Array", "Float16Array"] as const;

/** Bytes of all typed arrays that are made, in this isolate, while something is done. */
export async function allocatedBy(action: () => Promise<unknown>): Promise<number> {
  const before = ARRAYS.map((name) => [name, globalThis[name]] as const);
  let bytes = 0;
  for (const [name, original] of before) {
    const counting = new Proxy(original, {
      construct(target, [size, ...rest], newTarget) {
        const made = Reflect.construct(target, [size, ...rest], newTarget);
        if (!(size instanceof ArrayBuffer)) bytes += made.byteLength;
        return made;
      },
    });
    Object.assign(globalThis, { [name]: counting });
  }
  try {
    await action();
  } finally {
    Object.assign(globalThis, Object.fromEntries(before));
  }
  return bytes;
}

/** The matrix as CSR, which it must be. */
export function asCsr(matrix: Csr | Dense): Csr {
  assert.ok("format" in matrix);
  return matrix;
}

const root = Deno.env.get("SPMM_DATA") ??
  new URL("../../../shared/data", import.meta.url).pathname;

/** Real files in a folder of the data, with what their paths end in; none where data is missing. */
export function realFiles(folder: string, ending: string): string[] {
  const found: string[] = [];
  try {
    for (const entry of Deno.readDirSync(`${root}/${folder}`)) {
      const path = `${folder}/${entry.name}`;
      if (entry.isDirectory) found.push(...realFiles(path, ending));
      else if (path.endsWith(ending)) found.push(`${root}/${path}`);
    }
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
  return found.sort();
}
