#!/usr/bin/env bash
# A run that was just trained, read by in_pytorch.py: the same logits, and the same translation.
# in_pytorch.sh TRANSLATOR SOURCE_FOLDER
set -euo pipefail
translator=$1 root=$2
python=''
for candidate in "${PYTHON:-python3}" /usr/bin/python3; do
  if "$candidate" -c 'import torch' 2>/dev/null; then python=$candidate && break; fi
done
if [[ -z $python ]]; then
  echo 'skipped: no python3 here imports torch; apt-get install python3-torch'
  exit 0
fi

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
toy=$root/data/toy program=$root/chapters/08_translation/in_pytorch.py
sentence='the black cat does not see the old dog' translation='le chat noir'

# compare TOKENS SENTENCE: trains, and compares logits.
compare() {
  local line sentence=$2
  "$translator" train --source "$toy/train.en" --target "$toy/train.fr" --tokens "$1" \
    --run "$folder/$1" --updates 200 --d-model 32 --n-layers 2 --warmup-steps 80 --threads 1 \
    --vocabulary-size 300 2>/dev/null
  line=$("$translator" logits --run "$folder/$1" "$sentence" "$translation" |
    "$python" "$program" "$folder/$1")
  echo "$line"
  [[ $line =~ ^'largest difference of '[0-9]+' logits: '([0-9.e+-]+)$ ]]
  awk -v difference="${BASH_REMATCH[1]}" 'BEGIN { exit !(difference < 1e-4) }'
}

compare spaces "$sentence"
compare punctuation "The cat, it sees (the dog)."
theirs=$("$python" "$program" "$folder/spaces" "$sentence")
ours=$("$translator" translate --run "$folder/spaces" --beam 1 "$sentence")
echo "$theirs / $ours"
[[ $theirs == "$ours" ]]

if "$python" -c 'import sentencepiece' 2>/dev/null; then
  compare bpe 'THE CAT SEES A ZEBRA!'
  theirs=$("$python" "$program" "$folder/bpe" "$sentence")
  ours=$("$translator" translate --run "$folder/bpe" --beam 1 "$sentence")
  echo "$theirs / $ours"
  [[ $theirs == "$ours" ]]
else
  echo 'without learned pieces: this python3 does not import sentencepiece'
fi
