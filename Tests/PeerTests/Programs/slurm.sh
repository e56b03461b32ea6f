#!/bin/bash
# A Slurm cluster of four nodes on this machine, without systemd, of the Debian packages slurmctld, slurmd,
# slurm-client and munge. Its files are in FOLDER; it needs the ports 16817 and 17001 to 17004.
#
#   slurm.sh start FOLDER      waits until every node is idle
#   slurm.sh stop FOLDER
set -eu
folder=$(realpath "$2")
export SLURM_CONF=$folder/slurm.conf PATH=$PATH:/usr/sbin
nodes=4

# A process that ended but was not waited for has no program.
lives() { [ -s "$1" ] && [ -e "/proc/$(cat "$1")/exe" ]; }

start() {
  mkdir -p "$folder"/{run,state,log}
  for node in $(seq $nodes); do mkdir -p "$folder/spool-n$node"; done
  head -c 1024 /dev/urandom >"$folder/munge.key"
  chmod 400 "$folder/munge.key"
  cat >"$SLURM_CONF" <<END
ClusterName=peers
SlurmctldHost=$(hostname)(127.0.0.1)
SlurmUser=$(id -un)
SlurmdUser=$(id -un)
SlurmctldPort=16817
AuthType=auth/munge
# A requeued task waits for as long as its old credential holds, two minutes by default.
AuthInfo=socket=$folder/run/munge.socket,cred_expire=5
CredType=cred/munge
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
JobAcctGatherType=jobacct_gather/none
MpiDefault=none
SelectType=select/cons_tres
SelectTypeParameters=CR_Core
# Nodes may have more processors than the machine.
SlurmdParameters=config_overrides
ReturnToService=2
StateSaveLocation=$folder/state
SlurmctldPidFile=$folder/run/slurmctld.pid
SlurmctldLogFile=$folder/log/slurmctld.log
SlurmdPidFile=$folder/run/slurmd-%n.pid
SlurmdSpoolDir=$folder/spool-%n
SlurmdLogFile=$folder/log/slurmd-%n.log
SchedulerParameters=sched_interval=1,bf_interval=1,batch_sched_delay=0,defer_batch
NodeName=n[1-$nodes] NodeHostname=$(hostname) NodeAddr=127.0.0.1 Port=[17001-$((17000 + nodes))] CPUs=4 RealMemory=2000 State=UNKNOWN
PartitionName=all Nodes=ALL Default=YES MaxTime=INFINITE State=UP
END
  munged --force --key-file="$folder/munge.key" --socket="$folder/run/munge.socket" \
    --pid-file="$folder/run/munged.pid" --log-file="$folder/log/munged.log" --seed-file="$folder/run/munged.seed"
  slurmctld -c
  for node in $(seq $nodes); do slurmd -N "n$node"; done
  for _ in $(seq 300); do
    [ "$(sinfo -h -t idle -o %D 2>/dev/null)" != "$nodes" ] || exit 0
    sleep 0.2
  done
  tail -n 20 "$folder"/log/*.log >&2
  exit 1
}

stop() {
  for file in "$folder"/run/slurmd-*.pid "$folder/run/slurmctld.pid" "$folder/run/munged.pid"; do
    ! lives "$file" || kill "$(cat "$file")"
  done
  for _ in $(seq 50); do
    left=
    for file in "$folder"/run/*.pid; do ! lives "$file" || left=$file; done
    [ -n "$left" ] || exit 0
    sleep 0.2
  done
  for file in "$folder"/run/*.pid; do ! lives "$file" || kill -KILL "$(cat "$file")"; done
}

"$1"
