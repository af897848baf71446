import { INPUT_HELP, NETWORK_HELP } from "@spmm/network";
import { Command, Option } from "commander";
import { infer } from "./infer_command.ts";
import {
  budgetOf,
  devicesOf,
  type InferCommandOptions,
  npyFileOf,
  partitionOf,
} from "./infer_options.ts";
import { countOf, deviceOption } from "./options.ts";
import { runProgram } from "./program.ts";
import type { Terminal } from "./terminal.ts";

const EXAMPLES = `
Examples:
  deno task infer --network 1024x120 --inputs official       checked against the official truth
  deno task infer --network trained --inputs mnist           checked against the labels
  deno task infer --network random:4096x120 --inputs mnist:6000 --device cpu --threads 2
  deno task infer --network 65536x120 --budget 512MiB --explain
  deno task infer --network 65536x120 --engine local --devices all --shards shards --resume
  deno task infer --network my-network --inputs inputs.npz --outputs out.npy --survivors ids.tsv

Exit codes: 0 all is well, 1 the result is wrong or something failed, 2 the command line or its
input is at fault, 130 ended by Ctrl-C.`;

/**
 * Runs a command line of `infer`: inputs through a sparse network, checked where the truth is known.
 *
 * @param args The arguments after the program's name.
 * @param terminal Where to write.
 * @returns The exit code.
 *
 * @example Three layers on the CPU
 * ```ts
 * import { bufferTerminal, runInfer } from "@spmm/cli";
 * import assert from "node:assert/strict";
 *
 * const terminal = bufferTerminal();
 * const args = ["--network", "radix:1024x3", "--inputs", "mnist:20", "--device", "cpu", "--json"];
 * assert.equal(await runInfer(args, terminal), 0);
 * const { inputs, edges } = JSON.parse(terminal.printed.join());
 * assert.deepEqual([inputs.count, edges.counted], [20, 20 * 3 * 1024 * 32]);
 * ```
 */
export async function runInfer(args: readonly string[], terminal: Terminal): Promise<number> {
  const program = new Command("infer")
    .description("Run inputs through a sparse network, and check what comes out.")
    .requiredOption("--network <network>", NETWORK_HELP)
    .option("--inputs <inputs>", INPUT_HELP, "mnist")
    .addOption(deviceOption("where to run; auto: a GPU where there is one, else the CPU"))
    .option("--threads <n>", "threads of the CPU; all where absent", countOf)
    .option("--budget <bytes>", "device memory to stay under, as in 512MiB", budgetOf)
    .option("--chunk <n>", "the most inputs on the device at once", countOf)
    .option("--no-pruning", "keep inputs that are all zero")
    .option("--no-fusion", "a kernel for each layer")
    .option("--staging", "bring the inputs of a block of neurons on chip first")
    .option("--no-reordering", "keep the order of neurons")
    .option("--codebook", "store few distinct weights once (exploits equal weights)")
    .option("--deduplication", "compute equal neurons once (exploits equal neurons)")
    .option("--fixed-points", "stop inputs that change no more (exploits saturation)")
    .option("--outputs <file>", "write the survivors' outputs, a column each: .npy", npyFileOf)
    .option("--survivors <file>", "write the survivors, one a line, from 1 as the challenge has it")
    .option("--explain", "show the plan and do not run it")
    .option("--json", "print one JSON object")
    .addOption(
      new Option(
        "--engine <engine>",
        "share the inputs out among workers; here and now where absent",
      )
        .choices(["single", "local", "mpi"]),
    )
    .option("--devices <devices>", "a worker for each: all, 0,1, cpu:4 (engines only)", devicesOf)
    .option("--partition <how>", "static, speed or dynamic (engines only)", partitionOf)
    .option("--shards <folder>", "keep there what workers finish (engines only)")
    .option("--resume", "do only what the shards do not have")
    .option("--patience <seconds>", "without progress for so long a worker is stuck", countOf)
    .addHelpText("after", EXAMPLES)
    .action((options: InferCommandOptions) => infer(options, terminal));
  return await runProgram(program, args, terminal);
}
