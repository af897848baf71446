#!/usr/bin/env bash
# Packs what a bare NVIDIA machine lacks into .h200/, to be copied there: the repository as committed,
# Deno, a Vulkan loader, the npm packages, and the data that experiments read. See README.md beside
# this.
set -euo pipefail
cd "$(dirname "$0")/../.."
data=${SPMM_DATA:-../shared/data}
peers=${SPMM_PEERS:-../shared/peers}
pack=.h200
mkdir -p "$pack"

if [ ! -e "$pack/deno.xz" ]; then
  binary=$(find node_modules/@deno -name deno -type f | head -n 1)
  [ -n "$binary" ] || { echo "pack: no Deno binary in node_modules: run 'npm run setup' first" >&2; exit 1; }
  xz -T0 -6 -c "$binary" > "$pack/deno.xz.part"
  mv "$pack/deno.xz.part" "$pack/deno.xz"
fi

packages=(libvulkan1 libegl1 libglvnd0 libopengl0 libgl1 libglx0 libgles2)
if ! ls "$pack"/libvulkan1_*.deb > /dev/null 2>&1; then
  (cd "$pack" && apt-get download -q "${packages[@]}")
fi

tar -cJf "$pack/npm.tar.xz" --exclude=.cache --exclude=deno --exclude=@deno --exclude=nx \
  --exclude='@nx' --exclude=assemblyscript --exclude=binaryen --exclude=.bin -C . node_modules
# The commit itself, with its name where the runner looks for it, so that results can say it.
git archive --add-virtual-file=".git/HEAD:$(git rev-parse HEAD)" -o "$pack/tree.tar" HEAD
[ ! -d "$data" ] || tar -cf "$pack/data.tar" -C "$data" dlmc graph-challenge matrix-market
[ ! -d "$peers" ] || cp -f "$peers"/*.json "$pack/"
du -ch "$pack"/* | tail -n 1
