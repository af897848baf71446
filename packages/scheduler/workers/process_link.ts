import type { Confinement } from "../devices/confinement.ts";
import { encodeLine, readLines } from "./line_messages.ts";
import type { Link, LinkEvent, OpenLink, Order } from "./messages.ts";

/** Lines of a worker's standard error that are kept for the report of its end. */
const LAST_WORDS = 8;

/** How a worker process is started. */
export interface ProcessOptions {
  /** Device nodes it must not see. */
  readonly hidden: readonly string[];
  /** How they are hidden. */
  readonly confinement?: Confinement | undefined;
  /** Told of every line that the worker prints. */
  readonly print?: ((line: string) => void) | undefined;
  /** Told the process's number. */
  readonly onProcess?: ((pid: number) => void) | undefined;
}

/**
 * Runs a worker in a process of its own, in a process group of its own: a terminal's Ctrl-C goes to
 * the coordinator alone, which then ends its workers; and a worker ends when its coordinator does.
 */
export function processLink(options: ProcessOptions): OpenLink {
  return (hear) => new ProcessLink(options, hear);
}

class ProcessLink implements Link {
  readonly #child: Deno.ChildProcess;
  readonly #input: WritableStreamDefaultWriter<Uint8Array<ArrayBuffer>>;
  readonly #closed: Promise<void>;
  readonly #lastWords: string[] = [];
  readonly #print: (line: string) => void;

  constructor(options: ProcessOptions, hear: (event: LinkEvent) => void) {
    const [program, ...args] = commandOf(options);
    this.#print = options.print ?? (() => {});
    this.#child = new Deno.Command(program, {
      args,
      stdin: "piped",
      stdout: "piped",
      stderr: "piped",
      detached: true,
    }).spawn();
    options.onProcess?.(this.#child.pid);
    this.#input = this.#child.stdin.getWriter();
    this.#closed = this.#follow(hear);
  }

  send(order: Order): void {
    this.#input.write(encodeLine(order)).catch(() => {}); // its end is told by `closed`
  }

  async end(): Promise<void> {
    killGroup(this.#child);
    await this.#closed;
  }

  async #follow(hear: (event: LinkEvent) => void): Promise<void> {
    const { stdout, stderr } = this.#child;
    await Promise.all([this.#listen(stdout, hear), this.#listen(stderr, () => {})]);
    const { code, signal } = await this.#child.status;
    await this.#input.close().catch(() => {});
    const words = this.#lastWords.length === 0 ? "" : `; it said ${this.#lastWords.join(" / ")}`;
    const how = signal === null ? `it exited with code ${code}` : `it was ended by ${signal}`;
    hear({ kind: "closed", reason: how + words });
  }

  async #listen(
    stream: ReadableStream<Uint8Array<ArrayBuffer>>,
    hear: (event: LinkEvent) => void,
  ): Promise<void> {
    for await (const message of readLines(stream, (line) => this.#keep(line))) {
      hear(message as LinkEvent);
    }
  }

  #keep(line: string): void {
    this.#print(line);
    this.#lastWords.push(line);
    if (this.#lastWords.length > LAST_WORDS) this.#lastWords.shift();
  }
}

function commandOf({ hidden, confinement }: ProcessOptions): string[] {
  const main = new URL("./worker_process.ts", import.meta.url).href;
  const command = [Deno.execPath(), "run", "--quiet", "--no-prompt", "--allow-all", main];
  return hidden.length > 0 && confinement ? confinement.wrap(hidden, command) : command;
}

/** The group, so that what a wrapper started ends too; the process where rights are narrower. */
function killGroup(child: Deno.ChildProcess): void {
  try {
    Deno.kill(-child.pid, "SIGKILL");
  } catch {
    try {
      child.kill("SIGKILL");
    } catch {
      // It has ended by itself.
    }
  }
}
