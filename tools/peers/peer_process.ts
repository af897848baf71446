/** Another program that answers each line it reads with one line. */
export interface PeerProcess {
  /** The next line that it writes; empty once it has ended. */
  readLine(): Promise<string>;
  /** Writes a line and waits for the answer. */
  ask(line: string): Promise<string>;
  /** Ends its input and waits for it to exit. */
  end(): Promise<void>;
}

/** Starts a program that stays for as long as its input lasts; it gets one thread for its libraries. */
export function startPeer(command: string, args: readonly string[]): PeerProcess {
  const child = new Deno.Command(command, {
    args: [...args],
    env: { OMP_NUM_THREADS: "1", OPENBLAS_NUM_THREADS: "1" },
    stdin: "piped",
    stdout: "piped",
  }).spawn();
  const writer = child.stdin.getWriter();
  const lines = child.stdout.pipeThrough(new TextDecoderStream()).pipeThrough(splitLines());
  const reader = lines.getReader();
  const readLine = async (): Promise<string> => (await reader.read()).value ?? "";
  return {
    readLine,
    ask: async (line) => {
      await writer.write(new TextEncoder().encode(`${line}\n`));
      return await readLine();
    },
    end: async () => {
      await writer.close();
      await child.status;
    },
  };
}

function splitLines(): TransformStream<string, string> {
  let rest = "";
  return new TransformStream({
    transform: (text, controller) => {
      const lines = (rest + text).split("\n");
      rest = lines.pop() ?? "";
      for (const line of lines) controller.enqueue(line);
    },
  });
}
