import { DatabaseSync } from "node:sqlite";
import { StoreError, type StoreFault } from "./errors.ts";
import { APPLICATION_ID, SCHEMA_VERSION, STEPS } from "./store_schema.ts";

/** Milliseconds to wait for another process that writes. */
const PATIENCE = 20_000;

/** What SQLite takes and gives; the store keeps no blobs. */
export type SqlValue = null | number | string;

/** A line of an answer. */
export type Line = Readonly<Record<string, unknown>>;

/** An SQLite file of the store's shape: errors are typed, writing is all or nothing. */
export class StoreDatabase implements Disposable {
  readonly #path: string;
  readonly #handle: DatabaseSync;

  /**
   * Opens a file, makes it where there is none, and brings it to the latest version.
   *
   * @throws {StoreError} If it is no store, of a newer version, or cannot be used.
   */
  constructor(path: string, mostBytes?: number) {
    this.#path = path;
    this.#handle = this.#guarded("open", () => new DatabaseSync(path));
    try {
      this.#guarded("open", () => this.#prepare(mostBytes));
    } catch (error) {
      this.#handle.close();
      throw error;
    }
  }

  /** The lines that a query answers. */
  query(sql: string, ...values: SqlValue[]): Line[] {
    return this.#guarded("read", () => this.#handle.prepare(sql).all(...values)) as Line[];
  }

  /** Changes something; inside {@linkcode transaction}. */
  change(sql: string, ...values: SqlValue[]): number {
    const { lastInsertRowid } = this.#guarded(
      "write to",
      () => this.#handle.prepare(sql).run(...values),
    );
    return Number(lastInsertRowid);
  }

  /** Does all of `work` or, if it throws or the process ends in its midst, nothing of it. */
  transaction<Result>(work: () => Result): Result {
    // Immediate, since a reader that begins to write later may find that another has written.
    this.#guarded("write to", () => this.#handle.exec("BEGIN IMMEDIATE"));
    try {
      const result = work();
      this.#guarded("write to", () => this.#handle.exec("COMMIT"));
      return result;
    } catch (error) {
      this.#rollBack();
      throw error;
    }
  }

  /** Reads as of one moment, whatever others write meanwhile. */
  snapshot<Result>(read: () => Result): Result {
    this.#guarded("read", () => this.#handle.exec("BEGIN"));
    try {
      return read();
    } finally {
      this.#rollBack();
    }
  }

  /** Closes the file. */
  [Symbol.dispose](): void {
    this.#handle.close();
  }

  #rollBack(): void {
    try {
      this.#handle.exec("ROLLBACK");
    } catch {
      // Of a full disk SQLite rolls back by itself, and then there is nothing left to.
    }
  }

  #prepare(mostBytes: number | undefined): void {
    const handle = this.#handle;
    handle.exec(`PRAGMA busy_timeout = ${PATIENCE}`);
    handle.exec("PRAGMA foreign_keys = ON; PRAGMA synchronous = FULL");
    const version = this.#version();
    if (version > SCHEMA_VERSION) {
      throw new StoreError(
        "newer",
        `Cannot open ${this.#path}: a store must be of version ${SCHEMA_VERSION} or older: received ${version}`,
      );
    }
    if (this.#setting("PRAGMA journal_mode", "journal_mode") !== "wal") this.#logAhead();
    if (mostBytes !== undefined) {
      const page = Number(this.#setting("PRAGMA page_size", "page_size"));
      handle.exec(`PRAGMA max_page_count = ${Math.ceil(mostBytes / page)}`);
    }
    if (version < SCHEMA_VERSION) this.#migrate();
  }

  /** Another process may be at the same file for the first time, which no timeout waits for. */
  #logAhead(): void {
    const end = performance.now() + PATIENCE;
    for (;;) {
      try {
        this.#handle.exec("PRAGMA journal_mode = WAL");
        return;
      } catch (error) {
        if (faultOf(error) !== "busy" || performance.now() > end) throw error;
        Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 10);
      }
    }
  }

  /** In one transaction, so that two processes do not both take the same step. */
  #migrate(): void {
    this.transaction(() => {
      for (const step of STEPS.slice(this.#version())) this.#handle.exec(step);
      this.#handle.exec(`PRAGMA user_version = ${SCHEMA_VERSION}`);
      this.#handle.exec(`PRAGMA application_id = ${APPLICATION_ID}`);
    });
  }

  #version(): number {
    const id = this.#setting("PRAGMA application_id", "application_id");
    const tables = this.#setting("SELECT count(*) AS count FROM sqlite_schema", "count");
    if (id !== APPLICATION_ID && tables !== 0) {
      throw new StoreError(
        "damaged",
        `Cannot open ${this.#path}: it must be a store of results: received another SQLite file`,
      );
    }
    return Number(this.#setting("PRAGMA user_version", "user_version"));
  }

  #setting(sql: string, name: string): unknown {
    const line = this.#handle.prepare(sql).get() as Line | undefined;
    return line?.[name];
  }

  #guarded<Result>(action: string, work: () => Result): Result {
    try {
      return work();
    } catch (cause) {
      if (cause instanceof StoreError || !isSqliteError(cause)) throw cause;
      const fault = faultOf(cause);
      throw new StoreError(
        fault,
        `Cannot ${action} ${this.#path}: ${RIGHT[fault]}: received "${cause.message}"`,
        { cause },
      );
    }
  }
}

type SqliteFault = Exclude<StoreFault, "newer" | "run" | "malformed">;

const RIGHT: Readonly<Record<SqliteFault, string>> = {
  full: "the disk must have room; what was kept before is kept still",
  busy: "no other process may write for so long",
  damaged: "it must be an SQLite file that is whole",
  unusable: "it must be a file that can be read and written",
};

function isSqliteError(error: unknown): error is Error {
  return error instanceof Error && error.name === "Error" && "code" in error &&
    error.code === "ERR_SQLITE_ERROR";
}

/** By SQLite's own words, as numbers are not handed on. */
function faultOf(error: unknown): SqliteFault {
  const message = error instanceof Error ? error.message : "";
  if (/disk is full/.test(message)) return "full";
  if (/locked|busy/.test(message)) return "busy";
  return /not a database|malformed|corrupt/.test(message) ? "damaged" : "unusable";
}
