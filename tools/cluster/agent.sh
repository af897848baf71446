#!/bin/sh
# agent.sh [OPTION…] HOST COMMAND…: stands in for ssh. As there, the rest is one shell line, and the
# environment is not carried over.
while [ "${1#-}" != "$1" ]; do shift; done
host=$1
shift
exec "$(dirname "$0")/on.sh" "$host" env -i HOME="$HOME" USER=root PATH=/usr/local/bin:/usr/bin:/bin \
  sh -c "$*"
