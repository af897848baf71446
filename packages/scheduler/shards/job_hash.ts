import { SchedulerError } from "../errors.ts";
import type { Job } from "../job.ts";

/**
 * A hash of what a job computes: its description and its inputs, in whatever order their keys stand.
 * Where its program lies is left out, since that differs between machines.
 *
 * @throws {SchedulerError} If the description is no plain JSON.
 */
export async function jobHash({ name, description, inputs }: Job): Promise<string> {
  const text = canonical({ name, description, inputs });
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text));
  return new Uint8Array(digest).toHex();
}

function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join()}]`;
  if (typeof value === "object" && value !== null) {
    const entries = Object.entries(value)
      .filter(([, part]) => part !== undefined)
      .sort(([a], [b]) => a < b ? -1 : 1)
      .map(([key, part]) => `${JSON.stringify(key)}:${canonical(part)}`);
    return `{${entries.join()}}`;
  }
  if (typeof value === "string" || typeof value === "boolean" || value === null) {
    return JSON.stringify(value);
  }
  if (typeof value === "number" && Number.isFinite(value)) return JSON.stringify(value);
  throw new SchedulerError(
    `Cannot describe a job: its description must be plain JSON: received ${String(value)}`,
  );
}
