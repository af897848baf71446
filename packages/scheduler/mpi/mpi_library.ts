import { MpiError } from "../errors.ts";

const HANDLE = "usize"; // MPI_Comm, MPI_Datatype, MPI_Info, MPI_Errhandler: an address or a number
const DATA = "buffer";

const FUNCTIONS = {
  MPI_Get_library_version: { parameters: [DATA, DATA], result: "i32" },
  MPI_Init_thread: { parameters: ["pointer", "pointer", "i32", DATA], result: "i32" },
  MPI_Initialized: { parameters: [DATA], result: "i32" },
  MPI_Comm_rank: { parameters: [HANDLE, DATA], result: "i32" },
  MPI_Comm_size: { parameters: [HANDLE, DATA], result: "i32" },
  MPI_Comm_split: { parameters: [HANDLE, "i32", "i32", DATA], result: "i32" },
  MPI_Comm_split_type: { parameters: [HANDLE, "i32", "i32", HANDLE, DATA], result: "i32" },
  MPI_Comm_set_errhandler: { parameters: [HANDLE, HANDLE], result: "i32" },
  MPI_Get_processor_name: { parameters: [DATA, DATA], result: "i32" },
  MPI_Error_string: { parameters: ["i32", DATA, DATA], result: "i32" },
  MPI_Bcast: { parameters: [DATA, "i32", HANDLE, "i32", HANDLE], result: "i32" },
  MPI_Isend: {
    parameters: [DATA, "i32", HANDLE, "i32", "i32", HANDLE, DATA],
    result: "i32",
  },
  MPI_Iprobe: { parameters: ["i32", "i32", HANDLE, DATA, DATA], result: "i32" },
  MPI_Get_count: { parameters: [DATA, HANDLE, DATA], result: "i32" },
  MPI_Recv: {
    parameters: [DATA, "i32", HANDLE, "i32", "i32", HANDLE, DATA],
    result: "i32",
  },
  MPI_Ibarrier: { parameters: [HANDLE, DATA], result: "i32" },
  MPI_Test: { parameters: [DATA, DATA, DATA], result: "i32" },
  MPI_Abort: { parameters: [HANDLE, "i32"], result: "i32" },
  MPI_Finalize: { parameters: [], result: "i32" },
} as const;

/** Open MPI's handles are addresses of objects; a static of type "pointer" evaluates to that. */
const OPEN_MPI_OBJECTS = {
  MPI_Get_address: { parameters: ["pointer", DATA], result: "i32" },
  ompi_mpi_comm_world: { type: "pointer" },
  ompi_mpi_info_null: { type: "pointer" },
  ompi_mpi_errors_return: { type: "pointer" },
  ompi_mpi_byte: { type: "pointer" },
} as const;

/** What differs between families of MPI. */
export interface MpiConstants {
  readonly world: bigint;
  readonly infoNull: bigint;
  readonly errorsReturn: bigint;
  readonly byte: bigint;
  /** MPI_COMM_TYPE_SHARED. */
  readonly typeShared: number;
  /** MPI_ANY_SOURCE. */
  readonly anySource: number;
  /** Which 32-bit word of an MPI_Status names the sender. */
  readonly sourceWord: number;
}

/** Fixed by the MPICH ABI initiative for MPICH, Intel MPI, MVAPICH and Cray MPICH. */
const MPICH: MpiConstants = {
  world: 0x44000000n,
  infoNull: 0x1c000000n,
  errorsReturn: 0x54000001n,
  byte: 0x4c00010dn,
  typeShared: 1,
  anySource: -2,
  sourceWord: 2,
};

/** MPI's functions, as the library exports them. */
export type MpiFunctions = Deno.DynamicLibrary<typeof FUNCTIONS>["symbols"];

/** An MPI library that is loaded and not yet initialised. */
export interface MpiLibrary {
  readonly path: string;
  readonly version: string;
  readonly functions: MpiFunctions;
  /** Its constants; to be asked for after MPI_Init. */
  constants(): MpiConstants;
}

/**
 * Loads the MPI library: the one that DENO_MPI_LIB names, else that of the launcher.
 *
 * @throws {MpiError} If there is none, or it is of a family that is not known.
 */
export function openMpiLibrary(): MpiLibrary {
  const { path, functions } = load();
  const version = versionOf(functions);
  if (/Open MPI/i.test(version)) {
    return { path, version, functions, constants: () => openMpiConstants(path) };
  }
  if (/MPICH|Intel\(R\) MPI|MVAPICH|CRAY/i.test(version)) {
    return { path, version, functions, constants: () => MPICH };
  }
  throw new MpiError(
    `Cannot use ${path}: it must be Open MPI or of MPICH's family: received ` +
      version.split("\n")[0],
  );
}

/** A variable of the environment, where there is one and it may be asked for. */
export function environmentOf(name: string): string | undefined {
  try {
    return Deno.env.get(name);
  } catch {
    return undefined;
  }
}

function load(): { path: string; functions: MpiFunctions } {
  const refusals: string[] = [];
  for (const path of candidates()) {
    try {
      return { path, functions: Deno.dlopen(path, FUNCTIONS).symbols };
    } catch (error) {
      refusals.push(`${path}: ${error instanceof Error ? error.message : String(error)}`);
    }
  }
  throw new MpiError(
    "Cannot load MPI: install Open MPI or MPICH, allow FFI, or name the library in DENO_MPI_LIB: " +
      `received ${refusals.join("; ")}`,
  );
}

function candidates(): string[] {
  const own = environmentOf("DENO_MPI_LIB");
  if (own) return [own];
  const openMpi = ["libmpi.so.40"];
  const mpich = ["libmpich.so.12", "libmpi.so.12"];
  const hydra = environmentOf("PMI_RANK") !== undefined &&
    environmentOf("OMPI_COMM_WORLD_SIZE") === undefined;
  const names = hydra ? [...mpich, ...openMpi] : [...openMpi, ...mpich];
  const folders = ["", "/usr/lib/x86_64-linux-gnu/", "/usr/lib/aarch64-linux-gnu/"];
  return names.flatMap((name) => folders.map((folder) => folder + name));
}

/** May be asked for before MPI_Init. */
function versionOf(functions: MpiFunctions): string {
  const text = new Uint8Array(8192);
  const length = new Int32Array(1);
  functions.MPI_Get_library_version(text, length);
  return new TextDecoder().decode(text.subarray(0, length[0])).replace(/\0.*$/s, "").trim();
}

/** MPI's own function turns pointers into numbers: Deno's would need the right to all of FFI. */
function openMpiConstants(path: string): MpiConstants {
  const { symbols } = Deno.dlopen(path, OPEN_MPI_OBJECTS);
  const address = (pointer: Deno.PointerValue): bigint => {
    const found = new BigUint64Array(1);
    symbols.MPI_Get_address(pointer, new Uint8Array(found.buffer));
    return found[0];
  };
  return {
    world: address(symbols.ompi_mpi_comm_world),
    infoNull: address(symbols.ompi_mpi_info_null),
    errorsReturn: address(symbols.ompi_mpi_errors_return),
    byte: address(symbols.ompi_mpi_byte),
    typeShared: 0,
    anySource: -1,
    sourceWord: 0,
  };
}
