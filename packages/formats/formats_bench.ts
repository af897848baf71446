import { FORMATS, fromCsr, toCsr } from "./convert.ts";
import { cooFromCsr } from "./coo.ts";
import { csrFromCsb } from "./csb_decode.ts";
import { csbFromCsr } from "./csb_encode.ts";
import { transposeCsr } from "./csr.ts";
import { csrFromCoo } from "./csr_from_coo.ts";
import { powerLawRowLengths, randomCsr } from "./random.ts";

const evenRows = randomCsr({ rows: 4096, cols: 4096, density: 0.05, seed: 61 });
const unevenRows = randomCsr({
  rows: 4096,
  cols: 4096,
  rowLengths: powerLawRowLengths({ rows: 4096, cols: 4096, mean: 200, exponent: 0.7, seed: 62 }),
  seed: 62,
});

for (const [rows, a] of [["even", evenRows], ["power-law", unevenRows]] as const) {
  for (const format of FORMATS.filter((format) => format !== "csr")) {
    const encoded = fromCsr(a, format);
    Deno.bench(`to ${format}`, { group: `${rows} rows, from CSR` }, () => {
      fromCsr(a, format);
    });
    Deno.bench(`from ${format}`, { group: `${rows} rows, to CSR` }, () => {
      toCsr(encoded);
    });
  }
}

for (const blockSize of [16, 64, 256, 1024]) {
  const encoded = csbFromCsr(evenRows, { blockSize });
  Deno.bench(`Z-Morton order, β = ${blockSize}`, { group: "CSB encode" }, () => {
    csbFromCsr(evenRows, { blockSize });
  });
  Deno.bench(`row order, β = ${blockSize}`, { group: "CSB encode" }, () => {
    csbFromCsr(evenRows, { blockSize, order: "row" });
  });
  Deno.bench(`β = ${blockSize}`, { group: "CSB decode" }, () => {
    csrFromCsb(encoded);
  });
}

const coordinates = cooFromCsr(evenRows);
Deno.bench("sort coordinates", { group: "what CSB spares" }, () => {
  csrFromCoo(coordinates);
});
Deno.bench("transpose CSR", { group: "what CSB spares" }, () => {
  transposeCsr(evenRows);
});
