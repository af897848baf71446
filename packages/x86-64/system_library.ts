import { MachineCodeError } from "./errors.ts";

/** What is needed of the C library. */
const FUNCTIONS = {
  mmap: { parameters: ["usize", "usize", "i32", "i32", "i32", "i64"], result: "usize" },
  memcpy: { parameters: ["usize", "buffer", "usize"], result: "usize" },
  mprotect: { parameters: ["usize", "usize", "i32"], result: "i32" },
  munmap: { parameters: ["usize", "usize"], result: "i32" },
  madvise: { parameters: ["usize", "usize", "i32"], result: "i32" },
  bsearch: { parameters: ["usize", "usize", "usize", "usize", "usize"], result: "void" },
} as const;

/** The C library of Linux. */
export type SystemLibrary = Deno.DynamicLibrary<typeof FUNCTIONS>;

/** Where it is: by its name, if every library is allowed, or where distributions have it. */
const PATHS = [
  "libc.so.6",
  "/lib/x86_64-linux-gnu/libc.so.6",
  "/usr/lib/x86_64-linux-gnu/libc.so.6",
  "/lib64/libc.so.6",
  "/usr/lib64/libc.so.6",
];

/**
 * Opens the C library without asking for a permission.
 *
 * @throws {MachineCodeError} If this is no place for machine code, or it is not allowed.
 */
export function openSystemLibrary(): SystemLibrary {
  if (typeof Deno === "undefined") throw refusal("Deno runs it", "another runtime");
  const { os, arch } = Deno.build;
  if (os !== "linux" || arch !== "x86_64") {
    throw refusal("it is for Linux on x86-64", `${os} on ${arch}`);
  }
  const allowed = PATHS.filter((path) =>
    Deno.permissions.querySync({ name: "ffi", path }).state === "granted"
  );
  for (const path of allowed) {
    try {
      return Deno.dlopen(path, FUNCTIONS);
    } catch {
      // It may be at the next place.
    }
  }
  throw refusal("it needs --allow-ffi and the C library", `none of ${PATHS.join(", ")}`);
}

function refusal(needed: string, received: string): MachineCodeError {
  return new MachineCodeError(`Cannot run machine code: ${needed}: received ${received}`);
}
