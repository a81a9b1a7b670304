#!/usr/bin/env bash
# Every source is formatted as clang-format 14 formats it. Other versions differ in details, so
# without this one the rule is skipped.
. "$(dirname "$0")/common.sh"

for tool in clang-format-14 clang-format none; do
  if [[ $($tool --version 2>/dev/null) == *'version 14.'* ]]; then break; fi
done
if [[ $tool == none ]]; then
  echo 'skipped: clang-format 14 is not installed'
  exit "$skipped"
fi

# Keep the first complaint of each file; any other message is a breach as it stands.
status=0
complaints=$(files '\.(hpp|cpp)$' | xargs "$tool" --dry-run --Werror 2>&1) || status=$?
breaches 'not formatted; clang-format -i does it' < <(
  grep -E '^[^:]+:[0-9]+:.*clang-formatted' <<<"$complaints" | sort -u -t: -k1,1)
if [[ $status != 0 && $n_breaches == 0 ]]; then breach "$tool" "$complaints"; fi
finish
