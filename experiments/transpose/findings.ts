import { measuredRows } from "@spmm/runner";
import { encodingOf, mean, overEncoding, paysAfter } from "./tables.ts";
import {
  allBytesPerNonZero,
  backwardGain,
  bothUs,
  type Group,
  groupsOf,
  type TransposeRow,
  type TransposeValues,
} from "./transpose_values.ts";

/** What the rows say of the claim that one encoding serves both directions, in sentences. */
export function transposeFindings(rows: readonly TransposeRow[]): string[] {
  return [
    ...groupsOf(rows).filter(({ matrices }) => matrices.length > 0).flatMap(answers),
    origins(rows),
  ];
}

function answers(group: Group): string[] {
  const encodings = encodingOf(group);
  const where = `${group.device}, n = ${group.n}, geometric mean of ${group.matrices.length}`;
  if (encodings.length === 0) return [];
  const scattered = encodings.filter(({ workspaceBytes = 0 }) => workspaceBytes > 0).length;
  const own = `One CSB encoding keeps ${
    text(mean(encodings, ({ bytesPerNonZero }) => bytesPerNonZero))
  } bytes a non-zero for both directions, and Aᵀ·B takes ${
    text(mean(encodings, ({ backwardOverForward }) => backwardOverForward))
  } × A·B (${where}).${
    scattered > 0
      ? ` While it multiplies it needs scratch beside on ${scattered} of them, with which all ` +
        `come to ${
          text(mean(encodings, allBytesPerNonZero))
        } bytes; all plans of a device share that.`
      : ""
  }`;
  const others = Array.from(group.contenders).flatMap(([contender, values]) =>
    values === encodings ? [] : [against(contender, values, encodings)]
  );
  return [own, ...others.map((sentence) => `${sentence} (${where}).`)];
}

function against(
  contender: string,
  values: readonly TransposeValues[],
  encodings: readonly TransposeValues[],
): string {
  const over = (ratio: (encoding: TransposeValues, one: TransposeValues) => number) =>
    text(overEncoding(values, encodings, ratio));
  const pays = values[0]?.way === "kept copy" ? paysAfter(encodings, values) : undefined;
  return `Beside CSB, ${contender} keeps ${
    over((encoding, one) => one.bytesPerNonZero / encoding.bytesPerNonZero)
  } × the bytes and takes ${
    over((encoding, one) => bothUs(one) / bothUs(encoding))
  } × the time for both directions, ${over(backwardGain)} × for Aᵀ·B alone${
    values[0]?.way === "converted" ? ", converting for every Aᵀ·B" : ""
  }${pays === undefined ? "" : `; ${payWords(pays)}`}`;
}

function payWords(pays: number | string): string {
  if (typeof pays === "string") return "on most matrices it never pays";
  return pays < 1
    ? "it pays from the first use"
    : `it pays once an A is used ${Math.ceil(pays)} times both ways (median)`;
}

function origins(rows: readonly TransposeRow[]): string {
  const byMatrix = new Map(measuredRows(rows).map(({ values }) => [values.matrix, values.source]));
  const sources = Map.groupBy(byMatrix.values(), (source) => source);
  const parts = ORIGINS.flatMap(([source, what]) => {
    const count = sources.get(source)?.length ?? 0;
    return count === 0 ? [] : [`${count} ${what}`];
  });
  return `Matrices: ${parts.join("; ") || "none"}.`;
}

const ORIGINS = [
  ["file", "of DLMC, with drawn values"],
  ["stand-in", "stand-ins: the shape, non-zeros and spread of lengths of DLMC's, other positions"],
  ["generated", "generated, since nothing of DLMC is at hand"],
] as const;

function text(number: number | undefined): string {
  return number === undefined ? "–" : number.toPrecision(3);
}
