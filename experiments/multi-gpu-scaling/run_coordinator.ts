import { ScalingError } from "./errors.ts";
import type {
  CoordinatorWords,
  Launch,
  ScalingMeasurement,
  ScalingRequest,
} from "./scaling_request.ts";

const MAIN = new URL("./coordinator_process.ts", import.meta.url).pathname;
/** Characters of a coordinator's last words that a failure's reason takes. */
const LAST_WORDS = 600;

/** What came of a request. */
export type CoordinatorOutcome =
  | { readonly kind: "skipped"; readonly reason: string }
  | { readonly kind: "measured"; readonly measurement: ScalingMeasurement };

/**
 * Runs a coordinator to its end.
 *
 * @param request What it is to measure.
 * @param watch Ends it early, and is told what it does.
 * @throws {ScalingError} If it ends without a measurement.
 */
export async function runCoordinator(
  request: ScalingRequest,
  watch: { readonly signal: AbortSignal; doing(what: string): void },
): Promise<CoordinatorOutcome> {
  const [program, ...args] = coordinatorCommand(request);
  const child = new Deno.Command(program, {
    ...{ args, stdin: "piped", stdout: "piped", stderr: "piped" },
  }).spawn();
  const end = () => {
    child.stdin.close().catch(() => {}); // it has ended
    child.kill();
  };
  watch.signal.addEventListener("abort", end, { once: true });
  try {
    const lastWords = new Response(child.stderr).text();
    let outcome: CoordinatorOutcome | undefined;
    let failure: string | undefined;
    for await (const words of wordsOf(child.stdout)) {
      if (words.kind === "doing") watch.doing(words.what);
      else if (words.kind === "failed") failure = words.reason;
      else outcome = words;
    }
    const { code } = await child.status;
    const said = failure ?? (await lastWords).trim().slice(-LAST_WORDS);
    if (outcome !== undefined) return outcome;
    throw new ScalingError(
      `Cannot measure ${request.network}: its coordinator must end with a measurement: ` +
        `received ${said || `exit code ${code}`}`,
    );
  } finally {
    watch.signal.removeEventListener("abort", end);
    if (!watch.signal.aborted) await child.stdin.close().catch(() => {}); // it has ended
  }
}

/** By its name: that is what this process has the right to start. */
export function coordinatorCommand(request: ScalingRequest): string[] {
  const count = Math.max(...request.workers);
  const deno = ["deno", "run", "--quiet", "--no-prompt", "--allow-all", MAIN];
  return [...LAUNCHERS[request.launch](count), ...deno, JSON.stringify(request)];
}

const LAUNCHERS: Readonly<Record<Launch, (ranks: number) => string[]>> = {
  local: () => [],
  mpirun: (ranks) => ["mpirun", "-n", `${ranks}`],
  srun: (ranks) => ["srun", `--ntasks=${ranks}`],
};

/** Its words; what libraries print in between is none. */
async function* wordsOf(stream: ReadableStream<Uint8Array<ArrayBuffer>>) {
  let text = "";
  for await (const part of stream.pipeThrough(new TextDecoderStream())) {
    const lines = (text + part).split("\n");
    text = lines.pop() ?? "";
    for (const line of lines) if (line.startsWith("{")) yield JSON.parse(line) as CoordinatorWords;
  }
}
