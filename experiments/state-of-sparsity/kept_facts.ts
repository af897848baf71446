import { type KeptRow, measuredRows } from "@spmm/runner";
import type { MatrixFacts } from "./matrix_facts.ts";
import type { GroupFacts } from "./published_groups.ts";

/** A row of this experiment: of a matrix, or of all layers of a network that were pruned alike. */
export type SparsityRow = KeptRow<MatrixFacts | GroupFacts>;

/** What was computed of matrices. */
export function matricesOf(rows: readonly SparsityRow[]): MatrixFacts[] {
  return measuredRows(rows).flatMap(({ values }) => values.kind === "matrix" ? [values] : []);
}

/** What is published. */
export function groupsOf(rows: readonly SparsityRow[]): GroupFacts[] {
  return measuredRows(rows).flatMap(({ values }) => values.kind === "group" ? [values] : []);
}

/** The numbers of a field where it is there. */
export function numbersOf<Name extends string>(
  facts: readonly Partial<Record<Name, number>>[],
  name: Name,
): number[] {
  return facts.flatMap((fact) => fact[name] ?? []);
}

/** What a method is called in text. */
export function methodName(method: string): string {
  return method.replaceAll("_", " ");
}

/** What a network is called in text. */
export function modelName(model: string): string {
  return MODEL_NAMES.get(model) ?? model;
}

const MODEL_NAMES: ReadonlyMap<string, string> = new Map([
  ["rn50", "ResNet-50"],
  ["transformer", "Transformer"],
]);

/** What the quality of a network is called, with its unit. */
export function qualityName(model: string): { readonly title: string; readonly unit?: string } {
  return model === "rn50" ? { title: "Top-1 accuracy", unit: "%" } : { title: "BLEU" };
}

/** Methods in the order in which all tables, figures and sentences show them. */
export function methodsOf(facts: readonly { readonly method: string }[]): string[] {
  const present = new Set(facts.map(({ method }) => method));
  return [...new Set([...METHODS.filter((method) => present.has(method)), ...present])];
}

/** All methods of the collection: the control last. */
export const METHODS: readonly string[] = [
  "magnitude_pruning",
  "extended_magnitude_pruning",
  "variational_dropout",
  "l0_regularization",
  "random_pruning",
];
