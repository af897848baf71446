#!/bin/sh
# on.sh HOST COMMAND…: runs a command on a host, under the host's name.
host=$1
shift
exec ip netns exec "$host" unshare --uts sh -c 'hostname "$1"; shift; exec "$@"' sh "$host" "$@"
