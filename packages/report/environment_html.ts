import { processorOf, type Scalar, type StoredEnvironment, type StoredRun } from "@spmm/runner";
import { type Content, type Markup, markup } from "./markup.ts";
import { factText } from "./words.ts";

/** The distinct environments of a report, numbered in the order in which they are asked for. */
export class Environments {
  readonly #seen = new Map<string, StoredEnvironment>();

  /** The number of an environment, from 1. */
  numberOf(environment: StoredEnvironment): number {
    const key = JSON.stringify(environment);
    this.#seen.set(key, environment);
    return [...this.#seen.keys()].indexOf(key) + 1;
  }

  /** All of them, in order. */
  get all(): StoredEnvironment[] {
    return [...this.#seen.values()];
  }
}

/** What was measured with, in full. */
export function environmentHtml(environment: StoredEnvironment, number: number): Markup {
  const { runtime, platform, cpu, hardwareThreads, commit, dirty, devices } = environment;
  const facts: Fact[] = [
    ["Operating system", platform],
    ["CPU", `${cpu ?? "unknown"}, ${hardwareThreads} hardware threads`],
    ...Object.entries(runtime).map(([name, version]): Fact => [RUNTIMES[name] ?? name, version]),
    ["Commit", commitHtml(commit, dirty)],
  ];
  return markup`<section id="environment-${number}">
<h3>Environment ${number}</h3>
${factsHtml(facts)}
${devices.map((device) => markup`<h4>${device.name}</h4>\n${deviceFacts(device)}`)}
</section>
`;
}

/** A list of names and values. */
export function factsHtml(facts: readonly Fact[]): Markup {
  return markup`<dl class="facts">
${facts.map(([name, value]) => markup`<div><dt>${name}</dt><dd>${value}</dd></div>\n`)}</dl>`;
}

/** A name and a value. */
export type Fact = readonly [string, Content];

/** The devices of an environment in a line. */
export function devicesText({ devices }: StoredEnvironment): string {
  return devices.map(({ name }) => name).join(" and ") || "no device";
}

/** Whether there are times of a GPU that is none in hardware. */
export function hasSoftwareTimes({ environment, points }: StoredRun): boolean {
  const software = new Set(
    environment.devices.filter((device) => processorOf(device) === "software gpu")
      .map(({ name }) => name),
  );
  return points.some(({ rows }) =>
    rows.some(({ outcome, device }) => outcome === "measured" && software.has(device))
  );
}

const RUNTIMES: Readonly<Record<string, string>> = {
  ...{ deno: "Deno", v8: "V8", typescript: "TypeScript" },
};

const LIMIT = /^(?:max|min)[A-Z]/;

function deviceFacts({ kind, facts }: StoredEnvironment["devices"][number]): Markup {
  const known = Object.entries(facts).filter(([, value]) => value !== "");
  const entries = (all: readonly (readonly [string, Scalar])[]) =>
    factsHtml(all.map(([name, value]): Fact => [name, factText(value)]));
  const limits = known.filter(([name]) => LIMIT.test(name));
  const others = known.filter(([name]) => !LIMIT.test(name));
  return markup`${entries([["kind", kind], ...others])}
${
    limits.length > 0 && markup`<details>
<summary>Limits (${limits.length})</summary>
${entries(limits)}
</details>`
  }`;
}

function commitHtml(commit: string | undefined, dirty: boolean | undefined): Content {
  if (commit === undefined) return "unknown";
  const state = dirty ? ", with changes that are not committed" : ", clean";
  return markup`<code>${commit}</code>${dirty !== undefined && state}`;
}
