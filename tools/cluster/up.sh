#!/bin/sh
# Makes two hosts of this machine, spmm0 and spmm1: a network namespace each, a cable between them.
# Needs root and iproute2.
set -eu
for host in spmm0 spmm1; do
  ip netns add "$host"
  ip -n "$host" link set lo up
  # Sent data that nobody acknowledges is given up after seconds, not after a quarter of an hour:
  # while it waits, TCP's keep-alive, by which Open MPI notices a cut cable, does not run.
  ip netns exec "$host" sysctl -qw net.ipv4.tcp_retries2=4
  mkdir -p "/etc/netns/$host"
  printf '127.0.0.1 localhost\n10.79.0.1 spmm0\n10.79.0.2 spmm1\n' > "/etc/netns/$host/hosts"
done
ip link add eth0 netns spmm0 type veth peer name eth0 netns spmm1
ip -n spmm0 addr add 10.79.0.1/24 dev eth0
ip -n spmm1 addr add 10.79.0.2/24 dev eth0
ip -n spmm0 link set eth0 up
ip -n spmm1 link set eth0 up
