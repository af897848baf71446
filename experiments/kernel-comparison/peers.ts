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

/** The peers' times beside a record of ours; absent where they have none for its matrix and n. */
export interface PeerValues {
  /** The GPU that they were measured on. */
  readonly peersGpu?: string | undefined;
  /** Sputnik's time, µs. */
  readonly sputnikUs?: number | undefined;
  /** The time of cuSPARSE, µs. */
  readonly cusparseUs?: number | undefined;
  /** The time of the dense product of cuBLAS, µs. */
  readonly cublasDenseUs?: number | undefined;
}

/** The peers' times of a matrix; a stand-in counts as what it stands in for. */
export function peerValues(
  { gpu, matrices }: Peers,
  matrix: string | undefined,
  n: number | undefined,
): PeerValues {
  const name = matrix?.replace(/^stand-in for /, "");
  const times = matrices.find((candidate) => candidate.name === name)?.times.get(n ?? 0);
  return times === undefined ? {} : { peersGpu: gpu, ...times };
}

/** Every kernel against every peer: the geometric mean of the peer's time over ours. */
export function peerTables(records: readonly (ComparisonRecord & PeerValues)[]): Table[] {
  const compared = records.filter(({ peersGpu, outcome }) =>
    peersGpu !== undefined && outcome === "measured"
  );
  const groups = Map.groupBy(
    compared,
    (record) => `${record.peersGpu} (geometric mean): ${comparisonGroup(record)}`,
  );
  return Array.from(groups, ([name, group]) => ({
    title: `Speed-up over libraries measured on ${name}`,
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

function speedUp(
  records: readonly (ComparisonRecord & PeerValues)[],
  peer: keyof PeerTimes,
): number {
  return geometricMean(
    records.map((record) => (record[peer] ?? NaN) / (record.medianUs ?? NaN)),
  );
}

/** How a kernel's records stand against a peer. */
export interface PeerRatio {
  /** The peer's name. */
  readonly peer: string;
  /** The field of its times. */
  readonly key: keyof PeerTimes;
  /** The geometric mean of the peer's time over ours. */
  readonly ratio: number;
  /** Matrices that both have times for. */
  readonly matrices: number;
  /** The GPU that the peer was measured on. */
  readonly gpu: string;
}

/** Records against the sparse libraries, over the matrices that both have; none where peers have none. */
export function beside(records: readonly (ComparisonRecord & PeerValues)[]): PeerRatio[] {
  return SPARSE_PEERS.flatMap(({ peer, key }) => {
    const both = records.filter((record) =>
      record[key] !== undefined && record.medianUs !== undefined
    );
    const gpu = both[0]?.peersGpu ?? "";
    return both.length === 0
      ? []
      : [{ peer, key, ratio: speedUp(both, key), matrices: both.length, gpu }];
  });
}

const SPARSE_PEERS = [
  { peer: "Sputnik", key: "sputnikUs" },
  { peer: "cuSPARSE", key: "cusparseUs" },
] as const;
