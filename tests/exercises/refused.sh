#!/usr/bin/env bash
# refused.sh PROGRAM ANSWER.cpp: the check in PROGRAM refuses the answer: it ends with 1, not by a
# crash, counts the differences, and says what the answer's first line, `// The check says: ...`,
# tells. An answer that is no near miss has no such line.
set -uo pipefail
program=$1 answer=$2

output=$("$program" 2>&1)
status=$?
echo "$output"
failed() {
  echo "FAILED: $1"
  exit 1
}
[[ $status == 1 ]] || failed "the check ends with $status, and not with 1"
grep -q ': [0-9]* of [0-9]* comparisons differ$' <<<"$output" || failed 'no differences are counted'
sentence=$(sed -n '1s|^// The check says: ||p' "$answer")
if [[ $answer == */wrong/* && -z $sentence ]]; then
  failed "$answer: its first line is not: // The check says: SENTENCE"
fi
[[ $output == *"$sentence"* ]] || failed "the check does not say: $sentence"
