import { SchedulerError } from "../errors.ts";
import type { JobProgram } from "../job.ts";

/**
 * Loads the module of a job.
 *
 * @throws {SchedulerError} If it cannot be loaded, or exports no program.
 */
export async function loadProgram(url: string): Promise<JobProgram> {
  const module: unknown = await import(url).catch((error: unknown) => {
    throw new SchedulerError(`Cannot load the program ${url}: received ${String(error)}`, {
      cause: error,
    });
  });
  if (isProgramModule(module)) return module.program;
  throw new SchedulerError(
    `Cannot use ${url}: it must export "program" with a function "start": received ` +
      Object.keys(module as object).join(", "),
  );
}

function isProgramModule(module: unknown): module is { program: JobProgram } {
  if (typeof module !== "object" || module === null || !("program" in module)) return false;
  const { program } = module;
  return typeof program === "object" && program !== null && "start" in program &&
    typeof program.start === "function";
}
