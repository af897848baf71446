#!/usr/bin/env bash
# Conformance, then the comparison with the CUDA peers, on an NVIDIA machine, in one go.
# Results go to $OUT (results/ where unset); the tables are printed last.
set -euo pipefail
cd "$(dirname "$0")/../.."
out=${OUT:-results}
# shellcheck source=tools/h200/machine.sh
. tools/h200/machine.sh
nvidia-smi --query-gpu=name,driver_version,clocks.sm,clocks.mem --format=csv,noheader || true
export DENO_WEBGPU_BACKEND=vulkan XDG_RUNTIME_DIR=$PWD
deno run -q --no-check -P=experiments --allow-write="$out" tools/h200/conformance.ts | tee "$out/conformance.txt"
peers=()
[ ! -e .h200/h200.json ] || peers=(--peers .h200/h200.json)
deno run -q --no-check -P=experiments --allow-write="$out" packages/cli/experiments.ts \
  kernel-comparison --full --device gpu --set matrices=peers --set n=1024 "${peers[@]}" --store "$out/store.sqlite" |
  tee "$out/kernel-comparison.txt"
deno run -q --no-check -P=experiments --allow-write="$out" packages/cli/experiments.ts \
  graph-challenge --full --device gpu --store "$out/store.sqlite" | tee "$out/graph-challenge.txt"
