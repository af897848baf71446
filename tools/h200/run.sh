#!/usr/bin/env bash
# Conformance of every WebGPU kernel, then experiments in full, on an NVIDIA machine, in one go:
#   run.sh                     all experiments, and the comparison with the CUDA peers
#   run.sh NAME [OPTION...]    one experiment, with the options of `deno task experiments`
# Results go to $OUT (results/ where unset); the tables are printed last.
set -euo pipefail
cd "$(dirname "$0")/../.."
out=${OUT:-results}
mkdir -p "$out"
# shellcheck source=tools/h200/machine.sh
. tools/h200/machine.sh

deno_run() { deno run -q --no-check -P=experiments --allow-write="$out" "$@"; }
experiments() {
  deno_run packages/cli/experiments.ts "$@" --full --device gpu --store "$out/store.sqlite"
}

if [ "${1:-}" = graph-challenge ] && [ -e .h200/h200.json ]; then
  set -- "$@" --set peers=.h200/h200.json
fi
if [ $# -gt 0 ]; then
  experiments "$@" | tee "$out/$1.txt"
  exit
fi
deno_run tools/h200/conformance.ts | tee "$out/conformance.txt"
experiments --all | tee "$out/experiments.txt"
if [ -e .h200/h200.json ]; then
  experiments kernel-comparison --peers .h200/h200.json --set transpose=no,yes |
    tee "$out/peers.txt"
fi
