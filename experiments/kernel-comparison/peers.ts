import type { PeerTimes } from "@spmm/datasets";
import { comparisonGroup, type ComparisonRecord, geometricMean, type Table } from "@spmm/runner";

/** The peers' times beside a record of ours; absent where they have none of the same product. */
export interface PeerValues {
  /** The GPU that they were measured on. */
  readonly peersGpu?: string | undefined;
  /** Sputnik's time, µs; of Aᵀ·B on a transpose that was kept. */
  readonly sputnikUs?: number | undefined;
  /** The time of cuSPARSE, µs; of Aᵀ·B by its transposed flag. */
  readonly cusparseUs?: number | undefined;
  /** The time of the dense product of cuBLAS, µs. */
  readonly cublasDenseUs?: number | undefined;
}

/** A peer's field. */
export type PeerKey = "sputnikUs" | "cusparseUs" | "cublasDenseUs";

/** What a product is, for peers. */
export type PeerProduct = Pick<ComparisonRecord, "n" | "storage" | "transpose">;

/** A record with the peers' times beside it. */
export type RecordBesidePeers = ComparisonRecord & PeerValues;

/** The peers' times of a product; a stand-in counts as what it stands in for. */
export function peerValues(
  { gpu, matrices }: PeerTimes,
  matrix: string,
  product: PeerProduct,
): PeerValues {
  const name = matrix.replace(/^stand-in for /, "");
  const times = matrices.find((candidate) => candidate.name === name)?.times.get(product.n);
  const known = namesOf(product).flatMap(([key, what]) => {
    const us = times?.get(what);
    return us === undefined ? [] : [[key, us] as const];
  });
  return known.length === 0 ? {} : { peersGpu: gpu, ...Object.fromEntries(known) };
}

/** What a file of times calls the same product: sparse peers were measured in f32 alone. */
function namesOf({ storage, transpose }: PeerProduct): readonly (readonly [PeerKey, string])[] {
  if (storage === "f16") return transpose ? [] : [["cublasDenseUs", "cublas_dense_f16"]];
  return transpose
    ? [
      ["sputnikUs", "transposed_sputnik_on_kept_transpose"],
      ["cusparseUs", "transposed_cusparse_f32"],
    ]
    : [
      ["sputnikUs", "sputnik_f32"],
      ["cusparseUs", "cusparse_csr_f32"],
      ["cublasDenseUs", "cublas_dense_f32"],
    ];
}

/** Every kernel against every peer: the geometric mean of the peer's time over ours. */
export function peerTables(records: readonly RecordBesidePeers[]): Table[] {
  const compared = records.filter(({ peersGpu, outcome }) =>
    peersGpu !== undefined && outcome === "measured"
  );
  const groups = Map.groupBy(
    compared,
    (record) => `${record.peersGpu} (geometric mean): ${comparisonGroup(record)}`,
  );
  return Array.from(groups, ([name, group]) => {
    const peers = PEERS.filter(({ key }) => group.some((record) => record[key] !== undefined));
    return {
      title: `Speed-up over libraries measured on ${name}`,
      columns: ["kernel", "matrices", ...peers.map((peer) => `× ${peerName(peer, group[0])}`)]
        .map((heading) => ({ heading })),
      rows: Array.from(Map.groupBy(group, ({ kernel }) => kernel), ([kernel, ofKernel]) => [
        kernel,
        ofKernel.length,
        ...peers.map(({ key }) => speedUp(ofKernel, key)),
      ]),
    };
  });
}

function speedUp(records: readonly RecordBesidePeers[], peer: PeerKey): number | undefined {
  const ratios = records.flatMap((record) => ratioOf(record, peer) ?? []);
  return ratios.length === 0 ? undefined : geometricMean(ratios);
}

/** The peer's time over ours, where both are known. */
export function ratioOf(record: RecordBesidePeers, peer: PeerKey): number | undefined {
  const [theirs, ours] = [record[peer], record.medianUs];
  return theirs === undefined || ours === undefined ? undefined : theirs / ours;
}

/** How a kernel's records stand against a peer. */
export interface PeerRatio {
  /** The peer's name. */
  readonly peer: string;
  /** The field of its times. */
  readonly key: PeerKey;
  /** The geometric mean of the peer's time over ours. */
  readonly ratio: number;
  /** Matrices that both have times for. */
  readonly matrices: number;
  /** The GPU that the peer was measured on. */
  readonly gpu: string;
}

/** Records against the sparse libraries, over the matrices that both have; none where peers have none. */
export function beside(records: readonly RecordBesidePeers[]): PeerRatio[] {
  return PEERS.filter(({ sparse }) => sparse).flatMap((peer) => {
    const both = records.filter((record) => ratioOf(record, peer.key) !== undefined);
    const ratio = speedUp(both, peer.key);
    if (ratio === undefined) return [];
    const gpu = both[0].peersGpu ?? "";
    return [{ peer: peerName(peer, both[0]), key: peer.key, ratio, matrices: both.length, gpu }];
  });
}

interface Peer {
  readonly key: PeerKey;
  readonly name: string;
  /** How it multiplies by Aᵀ. */
  readonly transposed: string;
  readonly sparse: boolean;
}

const PEERS: readonly Peer[] = [
  { key: "sputnikUs", name: "Sputnik", transposed: "Sputnik on a kept transpose", sparse: true },
  { key: "cusparseUs", name: "cuSPARSE", transposed: "cuSPARSE's transposed flag", sparse: true },
  { key: "cublasDenseUs", name: "cuBLAS dense", transposed: "cuBLAS dense", sparse: false },
];

function peerName({ name, transposed }: Peer, { transpose }: PeerProduct): string {
  return transpose ? transposed : name;
}
