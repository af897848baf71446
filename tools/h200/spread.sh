#!/usr/bin/env bash
# What run.sh does about kernels, spread over all GPUs of the machine, however many: a free GPU takes
# the next job.
#   spread.sh                             all of them
#   spread.sh csb-bottlenecks transpose   these, in this order
# The comparison with peers comes first and has the machine to itself, since it times inspection,
# too, which is the CPU's work. Stores and tables go to $OUT (results/ where unset), one of each for
# a job; spread.txt there says when each ran, and where. With two GPUs or more it needs root, to hide
# the others from a process.
set -euo pipefail
cd "$(dirname "$0")/../.."
out=$(realpath -m "${OUT:-results}")
mkdir -p "$out"
# shellcheck source=tools/h200/machine.sh
. tools/h200/machine.sh
most_seconds=${SPMM_MOST_SECONDS:-3600}

gpus=(/dev/nvidia[0-9]*)
[ -e "${gpus[0]}" ] || { echo "spread: no GPU: there is no /dev/nvidia[0-9]*" >&2; exit 1; }
# Longest first, so that short ones fill what is left at the end.
jobs=(kernel-comparison csb-bottlenecks transpose load-balancing conformance)
peers=()
if [ -e .h200/h200.json ]; then
  jobs=(peers "${jobs[@]}")
  peers=(--peers .h200/h200.json)
  # The best families through Dawn, too, which gives access to tensor cores.
  [ -z "${SPMM_DAWN:-}" ] || jobs=(peers dawn "${jobs[@]:1}")
fi
[ $# -eq 0 ] || jobs=("$@")

# WebGPU takes the first GPU that it sees: the others' device nodes are covered in a mount namespace.
# Where one could not be, the command does not start, as two jobs would share a GPU unnoticed.
on_gpu() {
  local gpu=$1
  shift
  if [ ${#gpus[@]} -eq 1 ]; then
    "$@"
    return
  fi
  # shellcheck disable=SC2016
  unshare -m bash -c 'own=$1; shift
    for node in /dev/nvidia[0-9]*; do
      [ "$node" = "$own" ] || mount --bind /dev/null "$node" || exit
    done
    exec "$@"' - "$gpu" "$@"
}
deno_on() {
  local gpu=$1
  shift
  on_gpu "$gpu" timeout "$most_seconds" deno run -q --no-check -P=experiments --allow-write="$out" "$@"
}
through_dawn() {
  local gpu=$1
  shift
  on_gpu "$gpu" timeout "$most_seconds" deno run -q --no-check -A --preload tools/h200/dawn.ts "$@"
}
dawn_kernels=sliced-k,sliced-k+swizzle,csb,dense,dense-mma,auto
experiment() {
  local gpu=$1 name=$2
  shift 2
  deno_on "$gpu" packages/cli/experiments.ts "$@" --full --device gpu --store "$out/$name.sqlite"
}
job() {
  local gpu=$1 name=$2
  case $name in
    peers) experiment "$gpu" peers kernel-comparison "${peers[@]}" --set transpose=no,yes ;;
    dawn)
      through_dawn "$gpu" packages/cli/experiments.ts kernel-comparison "${peers[@]}" --full \
        --device gpu --set kernels="$dawn_kernels" --store "$out/dawn.sqlite"
      through_dawn "$gpu" tools/h200/conformance.ts
      ;;
    transpose) experiment "$gpu" transpose transpose "${peers[@]}" ;;
    conformance) deno_on "$gpu" tools/h200/conformance.ts ;;
    *) experiment "$gpu" "$name" "$name" ;;
  esac
}

# The free GPUs wait in a pipe, a line each; open for both ways, it neither blocks nor ends.
queue=$(mktemp -u)
mkfifo "$queue"
exec {free}<> "$queue"
rm "$queue"
printf '%s\n' "${gpus[@]}" >&"$free"

# Whatever becomes of the job, the GPU is free afterwards.
take_job() {
  local gpu=$1 name=$2 start=$SECONDS
  job "$gpu" "$name" > "$out/$name.txt" 2>&1 || echo "spread: $name ended with $?" >&2
  printf '%-17s  GPU %s  from %4d s to %4d s\n' "$name" "${gpu#/dev/nvidia}" "$start" "$SECONDS" \
    >> "$out/spread.txt"
  echo "$gpu" >&"$free"
}

: > "$out/spread.txt"
SECONDS=0
for name in "${jobs[@]}"; do
  read -r gpu <&"$free"
  take_job "$gpu" "$name" &
  [ "$name" != peers ] || wait
done
wait
cd "$out"
tail -n 12 "${jobs[@]/%/.txt}" spread.txt
