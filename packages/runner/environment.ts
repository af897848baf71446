import type { Device } from "@spmm/spmm";

/** What a measurement was made with, to be kept beside it. */
export interface Environment {
  /** When, as ISO 8601 in UTC. */
  readonly time: string;
  /** Deno, V8 and TypeScript. */
  readonly runtime: Readonly<Record<string, string>>;
  /** Operating system and instruction set. */
  readonly platform: string;
  /** What the processor is called, where that may be asked. */
  readonly cpu?: string;
  /** Hardware threads. */
  readonly hardwareThreads: number;
  /** The commit checked out, where the repository's folder can be read. */
  readonly commit?: string;
  /** Whether tracked files differ from that commit, where git may be asked. */
  readonly dirty?: boolean;
  /** The devices that were open: kind, name and facts (driver, limits, threads). */
  readonly devices: readonly Pick<Device, "kind" | "name" | "facts">[];
}

const ROOT = new URL("../../", import.meta.url);

/**
 * Describes what measurements are made with. Never asks for permissions: what it may not know is
 * absent.
 *
 * @param devices The devices in use.
 *
 * @example The runtime is always known
 * ```ts
 * import { describeEnvironment } from "@spmm/runner";
 * import { hostDevice } from "@spmm/spmm";
 * import assert from "node:assert/strict";
 *
 * const { runtime, devices } = await describeEnvironment([hostDevice]);
 * assert.match(runtime["deno"], /^\d+\.\d+/);
 * assert.equal(devices[0].kind, "cpu");
 * ```
 */
export async function describeEnvironment(devices: readonly Device[]): Promise<Environment> {
  const commit = await attempt(readCommit);
  const dirty = await attempt(readDirty);
  const cpu = await attempt(readProcessor);
  return {
    time: new Date().toISOString(),
    runtime: { ...Deno.version },
    platform: `${Deno.build.os} ${Deno.build.arch}`,
    ...(cpu !== undefined && { cpu }),
    hardwareThreads: navigator.hardwareConcurrency,
    ...(commit !== undefined && { commit }),
    ...(dirty !== undefined && { dirty }),
    devices: devices.map(({ kind, name, facts }) => ({ kind, name, facts })),
  };
}

async function attempt<Value>(read: () => Promise<Value>): Promise<Value | undefined> {
  try {
    return await read();
  } catch {
    return undefined;
  }
}

/** What HEAD names: a commit, or a branch that is a file of its own or a line of packed-refs. */
async function readCommit(): Promise<string | undefined> {
  const folder = new URL(".git/", ROOT);
  if (!granted({ name: "read", path: folder })) return undefined;
  const head = (await Deno.readTextFile(new URL("HEAD", folder))).trim();
  const branch = /^ref: (.+)$/.exec(head)?.[1];
  if (branch === undefined) return head;
  const loose = await attempt(() => Deno.readTextFile(new URL(branch, folder)));
  if (loose !== undefined) return loose.trim();
  const packed = await Deno.readTextFile(new URL("packed-refs", folder));
  return packed.split("\n").find((line) => line.endsWith(` ${branch}`))?.split(" ")[0];
}

async function readDirty(): Promise<boolean | undefined> {
  if (!granted({ name: "run", command: "git" })) return undefined;
  const command = new Deno.Command("git", {
    args: ["status", "--porcelain", "--untracked-files=no"],
    cwd: ROOT,
    stderr: "null",
  });
  const { success, stdout } = await command.output();
  return success ? stdout.length > 0 : undefined;
}

async function readProcessor(): Promise<string | undefined> {
  if (!granted({ name: "sys", kind: "cpus" })) return undefined;
  const { cpus } = await import("node:os");
  return cpus()[0]?.model;
}

function granted(permission: Deno.PermissionDescriptor): boolean {
  return Deno.permissions.querySync(permission).state === "granted";
}
