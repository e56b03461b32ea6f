#!/bin/bash
# Runs the recipe of docs/scale.md in a cluster in ./cluster: task 3 is cancelled and task 5 requeued while they run.
# Expects grid.yaml, shard.sh, submit.sh and again.sh; leaves the first merge as all.db, the second as whole.db.
set -eu -o pipefail
programs=$(dirname "$(realpath "$0")")
mkdir cluster disks
# shellcheck disable=SC2064
trap "'$programs/slurm.sh' stop '$PWD/cluster'" EXIT
"$programs/slurm.sh" start cluster
export SLURM_CONF=$PWD/cluster/slurm.conf TMPDIR=$PWD/disks

# Waits until a task's book, on its node's disk, has some of its runs; prints how many.
begun() {
  for _ in $(seq 2000); do
    runs=$(sqlite3 -cmd '.timeout 1000' disks/*/shard-"$1".db 'SELECT count(*) FROM runs' 2>/dev/null || echo 0)
    [ "$runs" = 0 ] || { echo "task $1 has $runs runs"; return; }
    sleep 0.05
  done
  echo "task $1 did not begin" >&2
  return 1
}

# Waits for the end of a job; prints its state and exit status.
ended() {
  for _ in $(seq 600); do
    scontrol --oneliner show job "$1" | grep -oE 'JobState=[A-Z]+|ExitCode=[0-9]+' | tr '\n' ' ' >ended
    ! grep -qE '=(COMPLETED|FAILED|CANCELLED|TIMEOUT) ' ended || { echo "$2: $(cat ended)"; return; }
    sleep 0.5
  done
  squeue >&2
  return 1
}

. ./submit.sh
begun 3
scancel "${array}_3"
begun 5
scontrol requeue "${array}_5"
ended "${array}_3" 'task 3'
ended "$merge" merge
echo "task 5 was started $(scontrol --oneliner show job "${array}_5" | grep -oE 'Restarts=[0-9]+' | cut -d = -f 2) times more"
cat "slurm-$merge.out"
for shard in 3 5; do echo "shard $shard: $(sqlite3 shard-$shard.db 'SELECT count(*) FROM runs') runs"; done
. ./again.sh
