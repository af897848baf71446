import { dataRoot } from "./data_root.ts";
import { listDlmc, loadDlmc } from "./dlmc.ts";
import type { NamedMatrix } from "./named_matrix.ts";

/** One of each pruning method and both networks, small enough for a test of every kernel. */
const SMALL = [
  "rn50/extended_magnitude_pruning/0.91/bottleneck_1_block_group_projection_block_group2",
  "rn50/magnitude_pruning/0.9/bottleneck_3_block_group1_2_1",
  "rn50/variational_dropout/0.98/bottleneck_2_block_group1_2_1",
  "transformer/magnitude_pruning/0.98/body_decoder_layer_4_encdec_attention_multihead_attention_q_fully_connected",
  "transformer/variational_dropout/0.98/body_encoder_layer_4_self_attention_multihead_attention_output_transform",
];

/**
 * A few small layers of pruned networks, one of which lost all its weights, for tests that run on
 * every kernel.
 *
 * @returns The matrices, or undefined where the data is not at hand.
 *
 * @example Small they are
 * ```ts
 * import { smallDlmc } from "@spmm/datasets";
 * import assert from "node:assert/strict";
 *
 * for (const { matrix } of await smallDlmc() ?? []) assert.ok(matrix.values.length < 6000);
 * ```
 */
export async function smallDlmc(): Promise<NamedMatrix[] | undefined> {
  const root = dataRoot();
  if (root === undefined) return undefined;
  const entries = (await listDlmc(root)).filter(({ name }) => SMALL.includes(name));
  return await Promise.all(entries.map((entry) => loadDlmc(entry, { seed: 1 })));
}
