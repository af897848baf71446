import type { WorkerDevice } from "../devices/worker_device.ts";
import type { RangeAnswer } from "../job_result.ts";

/** Where a worker keeps what it has finished. */
export interface ShardPlace {
  /** The folder of the job. */
  readonly folder: string;
  /** The file's name without its ending: unlike that of any other worker and run. */
  readonly name: string;
  /** Hash of the job, which every shard repeats. */
  readonly hash: string;
}

/** What a worker is told before anything else. */
export interface StartOrder {
  readonly kind: "start";
  readonly program: string;
  readonly description: unknown;
  readonly device: WorkerDevice;
  /** File of shared arrays; where it is absent, the worker loads by itself. */
  readonly shared?: string;
  readonly shards?: ShardPlace;
  /** How often it says that it lives. */
  readonly beatSeconds: number;
}

/** What a worker is told. */
export type Order =
  | StartOrder
  | {
    readonly kind: "infer";
    readonly task: number;
    readonly first: number;
    readonly end: number;
  };

/** What a worker says. */
export type WorkerMessage =
  | {
    readonly kind: "ready";
    readonly device: string;
    readonly chunk: number;
    readonly host: string;
    /** From the start to here: weights read, planned and uploaded. */
    readonly loadSeconds: number;
  }
  | { readonly kind: "beat" }
  | { readonly kind: "progress"; readonly task: number; readonly inputs: number }
  | {
    readonly kind: "done";
    readonly task: number;
    readonly answer: RangeAnswer;
    /** By the worker's clock, from taking the range to having its answer. */
    readonly busySeconds: number;
  }
  | { readonly kind: "failed"; readonly task?: number; readonly message: string };

/** What is heard from a worker; after `closed` nothing more. */
export type LinkEvent = WorkerMessage | { readonly kind: "closed"; readonly reason: string };

/** A way to a worker, wherever it runs. */
export interface Link {
  /** Tells the worker something; no error if it is gone, since `closed` says so. */
  send(order: Order): void;
  /** Ends the worker, at once and whatever it is doing; resolves when it is gone. */
  end(): Promise<void>;
}

/** Starts a worker and tells what is heard from it. */
export type OpenLink = (hear: (event: LinkEvent) => void) => Link;
