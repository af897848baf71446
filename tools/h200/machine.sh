# Sourced, in the repository's root on the NVIDIA machine: puts the packed Deno on the PATH and tells
# it where the driver and the data are, and says what machine it is. Nothing is fetched; the machine's
# settings stay as they are.
pack=.h200
tools=${SPMM_TOOLS:-/opt/spmm-tools}
expand() {
  python3 -c 'import lzma, shutil, sys; shutil.copyfileobj(lzma.open(sys.argv[1]), open(sys.argv[2], "wb"))' \
    "$1" "$2"
}
if [ -e "$pack/deno.xz" ] && [ ! -x "$tools/deno" ]; then
  mkdir -p "$tools/data"
  expand "$pack/deno.xz" "$tools/deno"
  chmod +x "$tools/deno"
  [ ! -e "$pack/dawn.node.xz" ] || expand "$pack/dawn.node.xz" "$tools/dawn.node"
  tar -xJf "$pack/npm.tar.xz"
  [ ! -e "$pack/data.tar.xz" ] || tar -xJf "$pack/data.tar.xz" -C "$tools/data"
  if ! ldconfig -p | grep -q libvulkan; then
    for package in "$pack"/*.deb; do dpkg -x "$package" /; done
    ldconfig
  fi
fi
[ ! -x "$tools/deno" ] || export PATH=$tools:$PATH
[ -z "$(ls -A "$tools/data" 2> /dev/null)" ] || export SPMM_DATA=$tools/data
[ ! -e "$tools/dawn.node" ] || export SPMM_DAWN=$tools/dawn.node
# The driver's manifest is where its installer put it; the loader finds the usual places by itself.
for manifest in /usr/local/nvidia/share/vulkan/icd.d/nvidia_icd.json; do
  [ ! -e "$manifest" ] || export VK_DRIVER_FILES=$manifest
done
export DENO_WEBGPU_BACKEND=vulkan XDG_RUNTIME_DIR=$PWD
nvidia-smi --query-gpu=name,driver_version,clocks.sm,clocks.mem --format=csv,noheader || true
