import cliProgress from "cli-progress";
import { clockText } from "./duration_text.ts";
import { linesInPlace } from "./lines_in_place.ts";

/** Where a command writes, and how it shows that it is at work. */
export interface Terminal {
  /** Results, to standard output. */
  print(text: string): void;
  /** Remarks, to standard error. */
  remark(text: string): void;
  /**
   * Shows how much of long work is done, and the seconds left where they are known; nothing where
   * nobody watches.
   */
  progress(done: number, total: number, doing: string, secondsLeft?: number): void;
  /** Shows in several lines how far long work is, in the place of the lines before. */
  view(lines: readonly string[]): void;
  /** Clears the progress away. */
  settle(): void;
}

/** A terminal whose texts can be looked at. */
export interface BufferTerminal extends Terminal {
  /** What went to standard output. */
  readonly printed: readonly string[];
  /** What went to standard error. */
  readonly remarked: readonly string[];
}

/** The part of cli-progress that is used here; it comes without types. */
interface Bar {
  start(total: number, done: number, payload: Payload): void;
  setTotal(total: number): void;
  update(done: number, payload: Payload): void;
  stop(): void;
}

interface Payload {
  readonly doing: string;
  readonly left: string;
}

interface BarOptions {
  readonly format: string;
  readonly clearOnComplete: boolean;
  readonly hideCursor: boolean;
}

/** The process's own output. Progress goes to standard error, where that is a terminal. */
export function processTerminal(): Terminal {
  const watched = Deno.stderr.isTerminal();
  let bar: Bar | undefined;
  const lines = linesInPlace((text) => void Deno.stderr.writeSync(new TextEncoder().encode(text)));
  const settle = () => {
    bar?.stop();
    bar = undefined;
    lines.show([]);
  };
  return {
    settle,
    view(texts) {
      if (watched) lines.show(texts, Deno.consoleSize());
    },
    print: (text) => console.log(text),
    remark(text) {
      settle();
      console.error(text);
    },
    progress(done, total, what, secondsLeft) {
      if (!watched) return;
      const doing = shortened(what, Deno.consoleSize().columns - BAR_COLUMNS);
      const left = secondsLeft === undefined ? "" : ` · ${clockText(secondsLeft)} left`;
      if (bar === undefined) {
        bar = newBar({
          format: "{bar} {value}/{total}{left} · {doing}",
          clearOnComplete: true,
          hideCursor: true,
        });
        bar.start(total, done, { doing, left });
      }
      bar.setTotal(total);
      bar.update(done, { doing, left });
    },
  };
}

/** Columns of the bar, the counts and the time left. */
const BAR_COLUMNS = 70;

/** The end of a name says more than its beginning. */
function shortened(text: string, columns: number): string {
  return text.length <= columns ? text : `…${text.slice(text.length - Math.max(0, columns - 1))}`;
}

function newBar(options: BarOptions): Bar {
  return new cliProgress.SingleBar(options, cliProgress.Presets.shades_classic);
}

/**
 * A terminal that keeps what is written and shows nothing.
 *
 * @example What was printed
 * ```ts
 * import { bufferTerminal } from "@spmm/cli";
 * import assert from "node:assert/strict";
 *
 * const terminal = bufferTerminal();
 * terminal.print("42");
 * assert.deepEqual(terminal.printed, ["42"]);
 * ```
 */
export function bufferTerminal(): BufferTerminal {
  const printed: string[] = [];
  const remarked: string[] = [];
  return {
    printed,
    remarked,
    print: (text) => void printed.push(text),
    remark: (text) => void remarked.push(text),
    progress: () => {},
    view: () => {},
    settle: () => {},
  };
}
