/** What a call of Deno printed. */
export interface DenoOutput {
  readonly stdout: string;
  /** All that it printed and how it ended, as one text; nothing where it ended well. */
  readonly complaints: readonly string[];
}

/** Where and how Deno is called. */
export interface DenoOptions {
  /** Set beside what is set already. */
  readonly env?: Readonly<Record<string, string>>;
  /** The folder to call it in; the current one where absent. */
  readonly cwd?: string;
}

/** Calls Deno and waits for its end, which is told where it is a bad one: it may have been killed. */
export async function deno(
  args: readonly string[],
  { env = { NO_COLOR: "1" }, cwd = "." }: DenoOptions = {},
): Promise<DenoOutput> {
  const command = new Deno.Command("deno", { args: [...args], env: { ...env }, cwd });
  const { success, code, signal, ...printed } = await command.output();
  const text = new TextDecoder();
  const stdout = text.decode(printed.stdout);
  const end = `deno ${args[0]} ended with ${signal ?? code}`;
  return {
    stdout,
    complaints: success ? [] : [stdout + text.decode(printed.stderr) + end],
  };
}
