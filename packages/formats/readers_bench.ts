import { readMatrixMarket } from "./matrix_market.ts";
import { readNpy, writeNpy } from "./npy.ts";
import { randomCsr, randomDense } from "./random.ts";
import { readSmtx } from "./smtx.ts";
import { writeMatrixMarket, writeSmtx } from "./write_text.ts";

const a = randomCsr({ rows: 2048, cols: 2048, density: 0.1, seed: 1 });
const b = randomDense(1024, 1024, 2);
const bytes = (stream: ReadableStream<Uint8Array<ArrayBuffer>>) => new Response(stream).bytes();
const megabytes = (data: Uint8Array) => `${(data.length / 1e6).toFixed(1)} MB`;

const market = await bytes(writeMatrixMarket(a));
const smtx = await bytes(writeSmtx(a));
const npy = await bytes(writeNpy(b));

Deno.bench(`read Matrix Market, ${megabytes(market)}`, { group: "read" }, async () => {
  await readMatrixMarket(market);
});
Deno.bench(`read SMTX, ${megabytes(smtx)}`, { group: "read" }, async () => {
  await readSmtx(smtx);
});
Deno.bench(`read .npy, ${megabytes(npy)}`, { group: "read" }, async () => {
  await readNpy(npy);
});
Deno.bench(`write Matrix Market, ${megabytes(market)}`, { group: "write" }, async () => {
  await bytes(writeMatrixMarket(a));
});
Deno.bench(`write SMTX, ${megabytes(smtx)}`, { group: "write" }, async () => {
  await bytes(writeSmtx(a));
});
