import { DatasetError } from "@spmm/datasets";
import { comparisonGroup, type ComparisonRecord, geometricMean, type Table } from "@spmm/runner";

/** Times of other libraries on one matrix, in µs, by the columns of B. */
export interface PeerMatrix {
  /** The matrix's name in the collection. */
  readonly name: string;
  /** By n: Sputnik, cuSPARSE and cuBLAS in f32. */
  readonly times: ReadonlyMap<number, PeerTimes>;
}

/** Times of other libraries, in µs. */
export interface PeerTimes {
  readonly sputnikUs: number;
  readonly cusparseUs: number;
  readonly cublasDenseUs: number;
}

/** Times of other libraries, and where they were measured. */
export interface Peers {
  readonly gpu: string;
  readonly matrices: readonly PeerMatrix[];
}

/**
 * Reads the times of other libraries.
 *
 * @throws {DatasetError} If the file is not as expected.
 */
export async function readPeers(path: string): Promise<Peers> {
  const parsed = await parsedFile(path);
  const { gpu, spmm } = object(parsed, path);
  if (!Array.isArray(spmm)) throw unfit(path, "spmm must be an array");
  return { gpu: String(gpu), matrices: spmm.map((entry) => peerMatrix(entry, path)) };
}

async function parsedFile(path: string): Promise<unknown> {
  const text = await Deno.readTextFile(path);
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw unfit(path, `it must be JSON (${cause instanceof Error ? cause.message : cause})`);
  }
}

function peerMatrix(entry: unknown, path: string): PeerMatrix {
  const fields = object(entry, path);
  const times = Object.entries(fields).flatMap(([key, value]): [number, PeerTimes][] => {
    const n = /^us_n(\d+)$/.exec(key)?.[1];
    return n === undefined ? [] : [[Number(n), peerTimes(object(value, path), path)]];
  });
  return { name: String(fields["matrix"]).replace(/\.smtx$/, ""), times: new Map(times) };
}

function peerTimes(fields: Record<string, unknown>, path: string): PeerTimes {
  const time = (key: string): number => {
    const value = fields[key];
    if (typeof value === "number" && value > 0) return value;
    throw unfit(path, `${key} must be a time in µs`);
  };
  return {
    sputnikUs: time("sputnik_f32"),
    cusparseUs: time("cusparse_csr_f32"),
    cublasDenseUs: time("cublas_dense_f32"),
  };
}

function object(value: unknown, path: string): Record<string, unknown> {
  if (typeof value === "object" && value !== null) return { ...value };
  throw unfit(path, "it must hold objects");
}

function unfit(path: string, rule: string): DatasetError {
  return new DatasetError(`Cannot read peers' times: ${rule}: received ${path}`);
}

/** A record with the peers' times beside it, where they have any for its matrix and n. */
export type PeerRecord = ComparisonRecord & { readonly [Name in keyof PeerTimes]?: number };

/** Sets the peers' times beside records of theirs; a stand-in counts as what it stands in for. */
export function besidePeers(records: readonly ComparisonRecord[], peers: Peers): PeerRecord[] {
  return records.map((record) => {
    const name = record.matrix.replace(/^stand-in for /, "");
    const times = peers.matrices.find((matrix) => matrix.name === name)?.times.get(record.n);
    const absent = { sputnikUs: undefined, cusparseUs: undefined, cublasDenseUs: undefined };
    return { ...record, ...absent, ...times } as PeerRecord;
  });
}

/** Every kernel against every peer: the geometric mean of the peer's time over ours. */
export function peerTables(records: readonly PeerRecord[], { gpu }: Peers): Table[] {
  const compared = records.filter(({ sputnikUs, outcome }) =>
    sputnikUs !== undefined && outcome === "measured"
  );
  const groups = Map.groupBy(compared, comparisonGroup);
  return Array.from(groups, ([name, group]) => ({
    title: `Speed-up over libraries measured on ${gpu} (geometric mean): ${name}`,
    columns: ["kernel", "matrices", "× Sputnik", "× cuSPARSE", "× cuBLAS dense"]
      .map((heading) => ({ heading })),
    rows: Array.from(Map.groupBy(group, ({ kernel }) => kernel), ([kernel, ofKernel]) => [
      kernel,
      ofKernel.length,
      speedUp(ofKernel, "sputnikUs"),
      speedUp(ofKernel, "cusparseUs"),
      speedUp(ofKernel, "cublasDenseUs"),
    ]),
  }));
}

function speedUp(records: readonly PeerRecord[], peer: keyof PeerTimes): number {
  return geometricMean(
    records.map((record) => (record[peer] ?? NaN) / (record.medianUs ?? NaN)),
  );
}
