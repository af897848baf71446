import type { PeerTimes } from "@spmm/datasets";
import type { Csr } from "@spmm/formats";
import type { RowOutcome } from "@spmm/runner";
import type { TransposeValues, Way } from "./transpose_values.ts";

/** What the file of peers' times calls the two directions, and the conversion, of each peer's way. */
interface PeerWay {
  readonly kernel: string;
  readonly way: Way;
  readonly forward: string;
  readonly backward: string;
  readonly convert?: string;
  /** CSR arrays that are kept between products, and at most. */
  readonly kept: 1 | 2;
  readonly peak: 1 | 2;
}

const SPUTNIK = {
  kernel: "Sputnik",
  forward: "sputnik_f32",
  backward: "transposed_sputnik_on_kept_transpose",
};

const PEER_WAYS: readonly PeerWay[] = [
  {
    kernel: "cuSPARSE",
    way: "transposed flag",
    forward: "cusparse_csr_f32",
    backward: "transposed_cusparse_f32",
    kept: 1,
    peak: 1,
  },
  { ...SPUTNIK, way: "kept copy", kept: 2, peak: 2 },
  { ...SPUTNIK, way: "converted", convert: "transposed_conversion_on_gpu", kept: 1, peak: 2 },
];

/**
 * The peers' times of a matrix and n as rows of their own; none where they have none. They were
 * checked where they were measured. Their bytes are those of CSR alone.
 */
export function peerRows(
  { gpu, matrices }: PeerTimes,
  one: {
    readonly matrix: string;
    readonly source: string;
    readonly a: Csr;
    readonly n: number;
  },
): RowOutcome<TransposeValues>[] {
  const name = one.matrix.replace(/^stand-in for /, "");
  const times = matrices.find((matrix) => matrix.name === name)?.times.get(one.n);
  if (times === undefined) return [];
  return PEER_WAYS.flatMap((peer) => {
    const values = valuesOf(peer, times, one);
    return values === undefined ? [] : [{
      ...{ contender: `${peer.kernel}, ${peer.way}`, device: gpu, outcome: "measured", values },
    }];
  });
}

function valuesOf(
  { kernel, way, forward, backward, convert, kept, peak }: PeerWay,
  times: ReadonlyMap<string, number>,
  { matrix, source, a, n }: Parameters<typeof peerRows>[1],
): TransposeValues | undefined {
  const [forwardUs, backwardUs] = [times.get(forward), times.get(backward)];
  const convertUs = convert === undefined ? 0 : times.get(convert);
  if (forwardUs === undefined || backwardUs === undefined || convertUs === undefined) {
    return undefined;
  }
  const { rows, cols } = a;
  const nonZeros = a.values.length;
  const bytes = [8 * nonZeros + 4 * (rows + 1), 8 * nonZeros + 4 * (cols + 1)];
  const both = bytes[0] + bytes[1];
  const keptBytes = kept === 2 ? both : bytes[0];
  return {
    ...{ matrix, source, rows, cols, nonZeros, sparsity: 1 - nonZeros / (rows * cols), n },
    ...{ processor: "gpu", way, kernel, published: true, clock: "events", forwardUs, backwardUs },
    backwardOverForward: backwardUs / forwardUs,
    ...(convert !== undefined && { convertMs: convertUs / 1000 }),
    ...{
      keptBytes,
      peakBytes: peak === 2 ? both : bytes[0],
      bytesPerNonZero: keptBytes / nonZeros,
    },
  };
}
