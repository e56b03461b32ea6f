#!/usr/bin/env bash
# Makes a book with some of everything: `make.sh LORABOOK FILE`. `version-N.book` was made by a
# program whose books had schema version N, and is never made again: users have what that program
# wrote.
set -euo pipefail
lorabook=$1
book=$(realpath -m "$2")
[ ! -e "$book" ] || { echo "$book is there already." >&2; exit 1; }
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
cd "$scratch"
export LORABOOK_DB=$book

"$lorabook" sweep --quiet --seeds 42,43 --tag article,kept --note 'ünïcode, "quoted" and = a formula' --name twice
# Shares the updates of the first and adds some; more singular values than fit in one block.
"$lorabook" sweep --quiet --seeds 43-45 --ranks 2,64 --rules lora,unit,power:0.75 --name shared
printf '%s\n' 7 3.5 1e-3 0.0001 > values.txt
"$lorabook" sweep --quiet --shapes 40x33,5x70 --noise 0,0.25 --profiles file:values.txt,flat:2,power:0.5 \
  --ranks 1,3 --alphas 0.1,16 --stream independent --seeds 0,4294967295 --name 'sha|pes'
# Two updates logged in turns, so that the runs of one are not adjacent; all three ways to diverge.
for rank in 2 4 8; do
  for seed in 1 2; do
    "$lorabook" log --sweep trained --seed $seed --shape 64x64 --profile 'layer 3' --rank $rank --alpha 16 \
      --rule lora --error 0.$rank$seed --variance-captured 0.5 > /dev/null
  done
done
"$lorabook" log --sweep trained --seed 2 --shape 64x64 --profile 'layer 3' --rank 4 --alpha 16 --rule lora --error nan > /dev/null
cat > elsewhere.csv <<'CSV'
sweep,seed,d,k,profile,noise,rank,alpha,rule,scale,error,truncation_error,variance_captured
elsewhere,1,8,8,mine,,2,16,lora,8,inf,,nan
elsewhere,2,8,8,mine,0.5,2,16,lora,8,0.25,-inf,0.75
elsewhere,1,8,8,mine,,2,16,own rule,3,0.125,0.5,
elsewhere,1,8,8,mine,,2,16,lora,8,0.5,0.25,0.9375
CSV
"$lorabook" import elsewhere.csv 2> /dev/null
"$lorabook" sweep --quiet --seeds 7 --name 'to be removed'
"$lorabook" rm --yes 'to be removed' 2> /dev/null
