import { AxisError } from "./errors.ts";

/** How far a run goes: `quick` is for a look, `full` for numbers to keep. */
export type Scale = "quick" | "full";

/** A parameter that an experiment varies. */
export interface Axis<Value> {
  /** What it is, for the help. */
  readonly help: string;
  /** What it takes, for the help and for messages: `a whole number from 1`. */
  readonly takes: string;
  /** Its values where the command line sets none. */
  readonly values: Readonly<Record<Scale, readonly Value[]>>;
  /** A value from the command line, or undefined where the text is none. */
  parse(text: string): Value | undefined;
}

/**
 * An axis of whole numbers from 1.
 *
 * @param help What it is.
 * @param values Its values at each scale.
 *
 * @example Columns of B
 * ```ts
 * import { countAxis } from "@spmm/runner";
 * import assert from "node:assert/strict";
 *
 * const n = countAxis("columns of B", { quick: [64], full: [256, 1024] });
 * assert.equal(n.parse("128"), 128);
 * assert.equal(n.parse("-1"), undefined);
 * ```
 */
export function countAxis(help: string, values: Axis<number>["values"]): Axis<number> {
  return {
    help,
    takes: "a whole number from 1",
    values,
    parse: (text) => /^[1-9]\d{0,8}$/.test(text) ? Number(text) : undefined,
  };
}

/**
 * An axis of words from a list.
 *
 * @param help What it is.
 * @param choices The words.
 * @param values Its values at each scale.
 *
 * @example One of two
 * ```ts
 * import { choiceAxis } from "@spmm/runner";
 * import assert from "node:assert/strict";
 *
 * const axis = choiceAxis("storage", ["f32", "f16"], { quick: ["f32"], full: ["f32"] });
 * assert.equal(axis.parse("f16"), "f16");
 * assert.equal(axis.parse("f64"), undefined);
 * ```
 */
export function choiceAxis<Choice extends string>(
  help: string,
  choices: readonly Choice[],
  values: Axis<Choice>["values"],
): Axis<Choice> {
  return {
    help,
    takes: `one of ${choices.join(", ")}`,
    values,
    parse: (text) => choices.find((choice) => choice === text),
  };
}

/**
 * An axis of any text, such as the path of a file.
 *
 * @param help What it is.
 * @param takes What the text must be.
 * @param values Its values at each scale.
 *
 * @example A path
 * ```ts
 * import { textAxis } from "@spmm/runner";
 * import assert from "node:assert/strict";
 *
 * const axis = textAxis("peers' times", "a path", { quick: [], full: [] });
 * assert.equal(axis.parse("peers.json"), "peers.json");
 * ```
 */
export function textAxis(
  help: string,
  takes: string,
  values: Axis<string>["values"],
): Axis<string> {
  return { help, takes, values, parse: (text) => text === "" ? undefined : text };
}

/** The values of an axis: from the command line where it sets any, else those of the scale. */
export function axisValues<Value>(
  name: string,
  axis: Axis<Value>,
  scale: Scale,
  set: readonly string[] | undefined,
): readonly Value[] {
  if (set === undefined) return axis.values[scale];
  return set.map((text) => {
    const value = axis.parse(text);
    if (value !== undefined) return value;
    throw new AxisError(`Cannot set axis ${name}: it takes ${axis.takes}: received ${text}`);
  });
}
