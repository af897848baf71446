#!/bin/sh
# run.sh openmpi|mpich RANKS COMMAND…: starts RANKS ranks on each of the two hosts, from spmm0.
# A cut cable is noticed by Open MPI's daemons after 4 seconds instead of 5 minutes.
set -eu
mpi=$1
ranks=$2
shift 2
here=$(cd "$(dirname "$0")" && pwd)
hosts=spmm0:$ranks,spmm1:$ranks
if [ "$mpi" = openmpi ]; then
  exec "$here/on.sh" spmm0 mpirun.openmpi --allow-run-as-root --host "$hosts" -n $((2 * ranks)) \
    --oversubscribe --mca plm_rsh_agent "$here/agent.sh" \
    --mca btl_tcp_if_include 10.79.0.0/24 --mca oob_tcp_if_include 10.79.0.0/24 \
    --mca oob_tcp_keepalive_time 2 --mca oob_tcp_keepalive_intvl 1 --mca oob_tcp_keepalive_probes 2 \
    -x NO_COLOR=1 "$@"
fi
exec "$here/on.sh" spmm0 mpirun.mpich -launcher ssh -launcher-exec "$here/agent.sh" \
  -hosts "$hosts" -n $((2 * ranks)) -genv NO_COLOR 1 "$@"
