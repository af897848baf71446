import { MpiError } from "../errors.ts";
import {
  environmentOf,
  type MpiConstants,
  type MpiLibrary,
  openMpiLibrary,
} from "./mpi_library.ts";

const TAG = 7;
/** An MPI_Status is of 20 or 24 bytes. */
const STATUS_BYTES = 64;
/** Handles and requests are written in 4 or in 8 bytes. */
const HANDLE_BYTES = 8;
/** MPI_THREAD_SERIALIZED: calls may come from several threads, one at a time. */
const SERIALIZED = 2;

interface Sending {
  readonly request: Uint8Array<ArrayBuffer>;
  /** Kept from the garbage collector until MPI is done with it. */
  readonly bytes: Uint8Array<ArrayBuffer>;
}

/** A message and who sent it. */
export interface Received {
  readonly source: number;
  readonly message: unknown;
}

/** All ranks of an MPI job, seen from one of them. */
export class MpiWorld {
  readonly rank: number;
  readonly size: number;
  /** This rank among those of its machine, and how many they are. */
  readonly localRank: number;
  readonly localSize: number;
  readonly host: string;
  readonly #library: MpiLibrary;
  readonly #constants: MpiConstants;
  readonly #machine: bigint;
  readonly #leaders: bigint;
  readonly #sending: Sending[] = [];
  #finalized = false;

  private constructor(library: MpiLibrary) {
    this.#library = library;
    const { functions } = library;
    const flag = new Int32Array(1);
    functions.MPI_Initialized(bytesOf(flag));
    if (flag[0] !== 0) {
      throw new MpiError("Cannot start MPI: it must be started once: received a second start");
    }
    this.#check(
      "MPI_Init_thread",
      functions.MPI_Init_thread(null, null, SERIALIZED, bytesOf(flag)),
    );
    this.#constants = library.constants();
    const { world, errorsReturn, typeShared, infoNull } = this.#constants;
    functions.MPI_Comm_set_errhandler(world, errorsReturn);
    this.rank = this.#rankIn(world);
    this.size = this.#sizeOf(world);
    this.#compareWithLauncher();
    this.#machine = this.#handle(
      "MPI_Comm_split_type",
      (out) => functions.MPI_Comm_split_type(world, typeShared, 0, infoNull, out),
    );
    this.localRank = this.#rankIn(this.#machine);
    this.localSize = this.#sizeOf(this.#machine);
    const colour = this.localRank === 0 ? 0 : 1;
    this.#leaders = this.#handle(
      "MPI_Comm_split",
      (out) => functions.MPI_Comm_split(world, colour, this.rank, out),
    );
    this.host = this.#hostName();
  }

  /**
   * Starts MPI. From here on whatever ends this rank before {@linkcode MpiWorld.finalize} aborts all
   * others: they would wait for it for ever.
   *
   * @throws {MpiError} If there is no MPI, or it is not the launcher's.
   */
  static open(): MpiWorld {
    const world = new MpiWorld(openMpiLibrary());
    globalThis.addEventListener("error", ({ error, message }) => world.die(error ?? message));
    globalThis.addEventListener("unhandledrejection", ({ reason }) => world.die(reason));
    globalThis.addEventListener("unload", () => {
      if (!world.#finalized) world.abort(Deno.exitCode || 1);
    });
    return world;
  }

  /** Sends plain JSON; it has left when `poll` has seen to it. */
  send(target: number, message: unknown): void {
    const bytes = new TextEncoder().encode(JSON.stringify(message));
    const request = new Uint8Array(HANDLE_BYTES);
    const { byte, world } = this.#constants;
    const { functions } = this.#library;
    this.#check(
      "MPI_Isend",
      functions.MPI_Isend(bytes, bytes.length, byte, target, TAG, world, request),
    );
    this.#sending.push({ request, bytes });
  }

  /** Lets messages that were sent go on, and takes those that have come. */
  poll(): Received[] {
    for (let i = this.#sending.length - 1; i >= 0; i--) {
      if (this.#test(this.#sending[i].request)) this.#sending.splice(i, 1);
    }
    const received: Received[] = [];
    for (let next = this.#receive(); next !== undefined; next = this.#receive()) {
      received.push(next);
    }
    return received;
  }

  /** Whether all that was sent has left. */
  get sent(): boolean {
    return this.#sending.length === 0;
  }

  /** The first rank of each machine has what rank 0 has; others call it in vain. */
  broadcastToLeaders(bytes: Uint8Array<ArrayBuffer>): void {
    if (this.localRank === 0) this.#broadcast(bytes, this.#leaders);
  }

  /** Plain JSON from the first rank of this machine to its others. */
  broadcastOnMachine(message: unknown): unknown {
    const first = this.localRank === 0;
    const bytes = first ? new TextEncoder().encode(JSON.stringify(message)) : new Uint8Array();
    const length = new Int32Array([bytes.length]);
    this.#broadcast(bytesOf(length), this.#machine);
    const all = first ? bytes : new Uint8Array(length[0]);
    this.#broadcast(all, this.#machine);
    return JSON.parse(new TextDecoder().decode(all));
  }

  /** Waits until all ranks are here, without a blocked event loop and without spinning. */
  async barrier(): Promise<void> {
    const { world } = this.#constants;
    const request = this.#request(
      "MPI_Ibarrier",
      (out) => this.#library.functions.MPI_Ibarrier(world, out),
    );
    while (!this.#test(request)) await new Promise((resolve) => setTimeout(resolve, 5));
  }

  /** Says why, and ends all ranks. */
  die(reason: unknown): never {
    const words = reason instanceof Error ? `${reason.name}: ${reason.message}` : String(reason);
    console.error(`rank ${this.rank} on ${this.host}: ${words}`);
    this.abort(1);
  }

  /** Ends all ranks. */
  abort(code: number): never {
    this.#finalized = true;
    // The launcher kills at once: what was written to standard error must have left.
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 100);
    this.#library.functions.MPI_Abort(this.#constants.world, code);
    Deno.exit(code);
  }

  /** Leaves MPI, together with all others. */
  finalize(): void {
    if (this.#finalized) return;
    this.#finalized = true;
    this.#check("MPI_Finalize", this.#library.functions.MPI_Finalize());
  }

  #receive(): Received | undefined {
    const { functions } = this.#library;
    const { anySource, world, byte, sourceWord } = this.#constants;
    const flag = new Int32Array(1);
    const status = new Uint8Array(STATUS_BYTES);
    const probed = functions.MPI_Iprobe(anySource, TAG, world, bytesOf(flag), status);
    this.#check("MPI_Iprobe", probed);
    if (flag[0] === 0) return undefined;
    const count = new Int32Array(1);
    this.#check("MPI_Get_count", functions.MPI_Get_count(status, byte, bytesOf(count)));
    const source = new Int32Array(status.buffer)[sourceWord];
    const bytes = new Uint8Array(count[0]);
    const after = new Uint8Array(STATUS_BYTES);
    this.#check(
      "MPI_Recv",
      functions.MPI_Recv(bytes, bytes.length, byte, source, TAG, world, after),
    );
    return { source, message: JSON.parse(new TextDecoder().decode(bytes)) };
  }

  #test(request: Uint8Array<ArrayBuffer>): boolean {
    const flag = new Int32Array(1);
    const status = new Uint8Array(STATUS_BYTES);
    const { functions } = this.#library;
    this.#check("MPI_Test", functions.MPI_Test(request, bytesOf(flag), status));
    return flag[0] !== 0;
  }

  #broadcast(bytes: Uint8Array<ArrayBuffer>, communicator: bigint): void {
    const { functions } = this.#library;
    const { byte } = this.#constants;
    this.#check("MPI_Bcast", functions.MPI_Bcast(bytes, bytes.length, byte, 0, communicator));
  }

  #rankIn(communicator: bigint): number {
    const rank = new Int32Array(1);
    const { functions } = this.#library;
    this.#check("MPI_Comm_rank", functions.MPI_Comm_rank(communicator, bytesOf(rank)));
    return rank[0];
  }

  #sizeOf(communicator: bigint): number {
    const size = new Int32Array(1);
    const { functions } = this.#library;
    this.#check("MPI_Comm_size", functions.MPI_Comm_size(communicator, bytesOf(size)));
    return size[0];
  }

  #handle(name: string, call: (out: Uint8Array<ArrayBuffer>) => number): bigint {
    return new BigUint64Array(this.#request(name, call).buffer)[0];
  }

  #request(
    name: string,
    call: (out: Uint8Array<ArrayBuffer>) => number,
  ): Uint8Array<ArrayBuffer> {
    const out = new Uint8Array(HANDLE_BYTES);
    this.#check(name, call(out));
    return out;
  }

  #hostName(): string {
    const text = new Uint8Array(1024);
    const length = new Int32Array(1);
    this.#library.functions.MPI_Get_processor_name(text, bytesOf(length));
    return new TextDecoder().decode(text.subarray(0, length[0]));
  }

  /** A library of another MPI than the launcher silently makes as many jobs of one rank. */
  #compareWithLauncher(): void {
    // Slurm's last: under mpirun in an allocation it counts mpirun's daemons.
    const told = environmentOf("OMPI_COMM_WORLD_SIZE") ?? environmentOf("PMI_SIZE") ??
      environmentOf("SLURM_STEP_NUM_TASKS");
    if (told === undefined || Number(told) === this.size) return;
    this.#finalized = true;
    throw new MpiError(
      `Cannot join ${told} ranks: ${this.#library.path} must be of the MPI that started them, and ` +
        `DENO_MPI_LIB can name it: received ${this.#library.version.split("\n")[0]}, which sees ` +
        `${this.size}`,
    );
  }

  #check(name: string, code: number): void {
    if (code === 0) return;
    const text = new Uint8Array(1024);
    const length = new Int32Array(1);
    this.#library.functions.MPI_Error_string(code, text, bytesOf(length));
    const words = new TextDecoder().decode(text.subarray(0, length[0]));
    throw new MpiError(`Cannot go on with MPI: ${name} must succeed: received ${words}`);
  }
}

function bytesOf(array: Int32Array<ArrayBuffer>): Uint8Array<ArrayBuffer> {
  return new Uint8Array(array.buffer, array.byteOffset, array.byteLength);
}
