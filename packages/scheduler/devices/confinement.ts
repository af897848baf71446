import type { WorkerDevice } from "./worker_device.ts";

/** A way of running a command that does not see some device nodes. */
export interface Confinement {
  /** Its name for reports. */
  readonly name: "unshare" | "unshare as a user" | "bwrap";
  /** The command that runs a command so. */
  wrap(hidden: readonly string[], command: readonly string[]): string[];
}

/** Devices that can be given to a worker each, and how. */
export interface ConfinedDevices {
  /** The devices; fewer than were wished for where `warning` says why. */
  readonly devices: readonly WorkerDevice[];
  /** How workers are confined; absent where none needs to be. */
  readonly confinement?: Confinement;
  /** Why there are fewer devices. */
  readonly warning?: string;
}

const HIDE = 'while [ "$1" != -- ]; do mount --bind /dev/null "$1" || exit 125; shift; done; ' +
  'shift; exec "$@"';

/** Ways of confinement, the cheapest first: each has its own mounts with /dev/null over nodes. */
const WAYS: readonly Confinement[] = [
  { name: "unshare", wrap: (hidden, command) => unshare([], hidden, command) },
  {
    name: "unshare as a user",
    wrap: (hidden, command) => unshare(["--map-root-user"], hidden, command),
  },
  {
    name: "bwrap",
    wrap: (hidden, command) => [
      ...["bwrap", "--dev-bind", "/", "/", "--die-with-parent"],
      ...hidden.flatMap((node) => ["--bind", "/dev/null", node]),
      ...command,
    ],
  },
];

function unshare(
  options: readonly string[],
  hidden: readonly string[],
  command: readonly string[],
): string[] {
  return [
    ...["unshare", "--mount", ...options, "--", "sh", "-c", HIDE, "sh"],
    ...hidden,
    "--",
    ...command,
  ];
}

/**
 * Sees to it that each worker can have its device alone. WebGPU lists no adapters and takes the
 * first GPU it sees, so a worker on another one must not see the first.
 *
 * @param devices What was chosen.
 * @param works Tries whether a command runs; the machine's own answer where absent.
 * @returns All devices where none must be hidden, or can be; else one GPU, and a warning.
 *
 * @example A machine on which nothing can be hidden
 * ```ts
 * import { chooseDevices, confineDevices } from "@spmm/scheduler";
 * import assert from "node:assert/strict";
 *
 * const gpus = ["/dev/nvidia0", "/dev/nvidia1"].map((node) => ({ node, nodes: [node] }));
 * const both = chooseDevices("all", { gpus, threads: 8 });
 * const { devices, warning } = await confineDevices(both, () => Promise.resolve(false));
 * assert.ok(devices.length === 1 && warning !== undefined);
 * ```
 */
export async function confineDevices(
  devices: readonly WorkerDevice[],
  works: (command: readonly string[]) => Promise<boolean> = succeeds,
): Promise<ConfinedDevices> {
  const hidden = [...new Set(devices.flatMap((device) => device.hidden))];
  if (hidden.length === 0) return { devices };
  for (const confinement of WAYS) {
    if (await works(confinement.wrap(hidden, ["true"]))) return { devices, confinement };
  }
  return {
    devices: [{ kind: "gpu", label: "first GPU", hidden: [] }],
    warning: "Cannot give each worker a GPU of its own, so one worker runs on the first GPU: " +
      "hiding the others needs root, user namespaces or bwrap (Debian: bubblewrap), or a batch " +
      "system that shows one GPU to each task",
  };
}

async function succeeds([program, ...args]: readonly string[]): Promise<boolean> {
  try {
    const command = new Deno.Command(program, { args, stdout: "null", stderr: "null" });
    return (await command.output()).success;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    if (error instanceof Deno.errors.NotCapable) return false;
    throw error;
  }
}
