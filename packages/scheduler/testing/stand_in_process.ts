import type { StandInOutcome, StandInRun } from "./run_stand_in.ts";

const MAIN = new URL("./run_stand_in.ts", import.meta.url).pathname;

/** The command that runs {@linkcode StandInRun} in a process. */
export function standInCommand(run: StandInRun): string[] {
  return [Deno.execPath(), "run", "--allow-all", "--quiet", MAIN, JSON.stringify(run)];
}

/** How a process ended and what it said. */
export interface Ending {
  readonly code: number;
  readonly signal: Deno.Signal | null;
  readonly stdout: string;
  readonly stderr: string;
  readonly seconds: number;
}

/** A process whose words are followed while it runs. */
export class FollowedProcess {
  readonly pid: number;
  readonly ended: Promise<Ending>;
  #stdout = "";
  #heard = Promise.withResolvers<void>();

  constructor([program, ...args]: readonly string[]) {
    const start = performance.now();
    const child = new Deno.Command(program, {
      args: [...args],
      stdout: "piped",
      stderr: "piped",
      env: { NO_COLOR: "1" },
      detached: true,
    }).spawn();
    this.pid = child.pid;
    const stderr = new Response(child.stderr).text();
    this.ended = this.#follow(child.stdout)
      .then(() => Promise.all([child.status, stderr]))
      .then(([{ code, signal }, stderr]) => {
        const seconds = (performance.now() - start) / 1000;
        return { code, signal, stdout: this.#stdout, stderr, seconds };
      });
  }

  /** Numbers of the worker processes that have been told so far. */
  get workers(): number[] {
    return [...this.#stdout.matchAll(/^worker \d+ is process (\d+)$/gm)].map(([, pid]) =>
      Number(pid)
    );
  }

  /** Numbers of the processes that coordinate, or that are ranks. */
  get ranks(): number[] {
    return [...this.#stdout.matchAll(/^rank is process (\d+)$/gm)].map(([, pid]) => Number(pid));
  }

  /** Waits until so many workers have been started. */
  async workersStarted(count: number): Promise<number[]> {
    while (this.workers.length < count) await this.#heard.promise;
    return this.workers;
  }

  async #follow(stream: ReadableStream<Uint8Array<ArrayBuffer>>): Promise<void> {
    for await (const text of stream.pipeThrough(new TextDecoderStream())) {
      this.#stdout += text;
      this.#heard.resolve();
      this.#heard = Promise.withResolvers();
    }
  }
}

/** The result on the last line. */
export function outcomeOf({ stdout, stderr, code }: Ending): StandInOutcome {
  const line = stdout.trimEnd().split("\n").findLast((text) => text.startsWith("{"));
  if (line === undefined) {
    throw new RangeError(`Cannot find a result: received code ${code}\n${stdout}\n${stderr}`);
  }
  return JSON.parse(line) as StandInOutcome;
}
