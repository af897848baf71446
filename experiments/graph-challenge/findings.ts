import { type Climbed, climbedOf, type LadderRow, plainRungs } from "./ladder_values.ts";

/** Times over networks, what the ladder gains, what weights change, the paper; and what is counted. */
export function ladderFindings(rows: readonly LadderRow[]): string[] {
  const climbs = climbedOf(rows);
  const failed = rows.filter(({ outcome }) => outcome === "failed");
  return [
    ...climbs.flatMap(answer),
    ...climbs.flatMap(gains),
    ...climbs.flatMap((climb) => weightless(climb, climbs)),
    ...failed.map(({ contender, device, values, reason }) =>
      `WRONG or failed: ${contender} on ${values.network}, ${device}: ${reason}.`
    ),
    ...climbs.length === 0 ? [] : [COUNTED],
  ];
}

const COUNTED = "Edges counted are inputs × connections, as the challenge counts them; edges " +
  "executed are those that inputs which were still alive were multiplied with. Reordering rests on " +
  "neurons that listen to the same inputs, whatever their weights; what exploits equal weights, " +
  "equal neurons or saturated activations measures the benchmark, not sparse networks.";
/** Two medians this near, relatively, are the same time: they were not measured in turn. */
const ALIKE = 0.1;

function answer({ name, device, facts, usual, exploiting }: Climbed): string[] {
  if (usual === undefined) return [];
  const { medianMs, countedTeraEdges, executedTeraEdges, survivors, paperMs, truth } = usual.values;
  const paper = paperMs === undefined
    ? ""
    : `, ${text(paperMs / medianMs)} × as fast as the paper's CUDA code (${text(paperMs)} ms on ` +
      `${usual.values.peersGpu})`;
  const special = exploiting === undefined
    ? ""
    : `; exploiting redundancy ${text(exploiting.values.medianMs)} ms (up to ${
      exploiting.contender.slice(2)
    })`;
  return [
    `${name}, ${facts.inputs} ${facts.inputOrigin} inputs on ${device}: ${text(medianMs)} ms for ` +
    `all layers, whatever the weights, ${text(countedTeraEdges)} TeraEdges/s counted, ` +
    `${text(executedTeraEdges)} executed${paper}${special}. ${survivors} survivors, checked ` +
    `against ${truth}.`,
  ];
}

function gains(climb: Climbed): string[] {
  const { name, device, rows } = climb;
  if (plainRungs(climb).length < 2) return [];
  const steps = rows.slice(1).map(({ contender, values: { medianMs } }, i) =>
    `${contender.slice(2)} ${text(rows[i].values.medianMs / medianMs)} ×`
  );
  return [
    `What each strategy gains upon those before it, ${name} on ${device}: ${steps.join(", ")}.`,
  ];
}

/** The time with arbitrary weights against the time with equal ones. */
function weightless({ name, device, facts, usual }: Climbed, climbs: readonly Climbed[]): string[] {
  if (facts.weights !== "arbitrary" || usual === undefined) return [];
  // Points minutes apart on cores that others use too cannot be compared.
  if (facts.processor !== "gpu") return [];
  const equal = climbs.find((other) =>
    other.device === device && other.facts.network === facts.network &&
    other.facts.inputs === facts.inputs && other.facts.weights === "equal"
  )?.usual;
  if (equal === undefined) return [];
  const [one, other] = [usual.values, equal.values];
  const ratio = one.medianMs / other.medianMs;
  // Who dies when depends on weights, and so does the work.
  const work = (one.executedTeraEdges * one.medianMs) / (other.executedTeraEdges * other.medianMs);
  const verdict = Math.abs(ratio / work - 1) <= ALIKE
    ? "the time does not rest on weights being equal"
    : "further apart than the work is";
  return [
    `${name}: the default takes ${text(ratio)} × the time of equal weights on ${device}, for ` +
    `${text(work)} × the edges executed; ${verdict}.`,
  ];
}

function text(value: number): string {
  return String(Number(value.toPrecision(3)));
}
