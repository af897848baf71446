#!/usr/bin/env bash
# What run.sh does about kernels, at once: each experiment on a GPU of its own, for machines with four.
# Stores and tables go to $OUT (results/ where unset), one of each for an experiment; needs root, to
# hide the other GPUs from a process.
set -euo pipefail
cd "$(dirname "$0")/../.."
out=$(realpath -m "${OUT:-results}")
mkdir -p "$out"
# shellcheck source=tools/h200/machine.sh
. tools/h200/machine.sh
most_seconds=${SPMM_MOST_SECONDS:-3600}

# WebGPU takes the first GPU that it sees: the others' device nodes are covered in a mount namespace.
on_gpu() {
  # shellcheck disable=SC2016
  unshare -m bash -c 'own=/dev/nvidia$1; shift
    for node in /dev/nvidia[0-9]*; do [ "$node" = "$own" ] || mount --bind /dev/null "$node"; done
    exec "$@"' - "$@"
}
deno_on() {
  local gpu=$1
  shift
  on_gpu "$gpu" timeout "$most_seconds" deno run -q --no-check -P=experiments --allow-write="$out" "$@"
}
experiment() {
  local gpu=$1 name=$2
  shift 2
  deno_on "$gpu" packages/cli/experiments.ts "$@" --full --device gpu --store "$out/$name.sqlite" \
    > "$out/$name.txt" 2>&1 || echo "spread: $name ended with $?" >&2
}

peers=()
[ ! -e .h200/h200.json ] || peers=(--peers .h200/h200.json)
{
  if [ ${#peers[@]} -gt 0 ]; then
    experiment 0 peers kernel-comparison "${peers[@]}" --set transpose=no,yes
  fi
  deno_on 0 tools/h200/conformance.ts > "$out/conformance.txt" 2>&1 || true
} &
experiment 1 kernel-comparison kernel-comparison &
experiment 2 csb-bottlenecks csb-bottlenecks &
{
  experiment 3 transpose transpose "${peers[@]}"
  experiment 3 load-balancing load-balancing
} &
wait
tail -n 12 "$out"/*.txt
