import cliProgress from "cli-progress";

/** Where a command writes, and how it shows that it is at work. */
export interface Terminal {
  /** Results, to standard output. */
  print(text: string): void;
  /** Remarks, to standard error. */
  remark(text: string): void;
  /** Shows how much of long work is done; nothing where nobody watches. */
  progress(done: number, total: number, doing: string): void;
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
  start(total: number, done: number, payload: { doing: string }): void;
  setTotal(total: number): void;
  update(done: number, payload: { doing: string }): void;
  stop(): void;
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
  const settle = () => {
    bar?.stop();
    bar = undefined;
  };
  return {
    settle,
    print: (text) => console.log(text),
    remark(text) {
      settle();
      console.error(text);
    },
    progress(done, total, doing) {
      if (!watched) return;
      if (bar === undefined) {
        bar = newBar({
          format: "{bar} {value}/{total} · {eta_formatted} left · {doing}",
          clearOnComplete: true,
          hideCursor: true,
        });
        bar.start(total, done, { doing });
      }
      bar.setTotal(total);
      bar.update(done, { doing });
    },
  };
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
    settle: () => {},
  };
}
