#!/usr/bin/env bash
# Every source is formatted as clang-format 14 formats it. Other versions differ in details, so
# without this one the rule is skipped.
. "$(dirname "$0")/common.sh"

for tool in clang-format-14 clang-format none; do
  if [[ $($tool --version 2>/dev/null) == *'version 14.'* ]]; then break; fi
done
if [[ $tool == none ]]; then
  echo 'skipped: clang-format 14 is not installed'
  exit $skipped
fi

while read -r file; do
  if ! $tool --dry-run --Werror "$file" 2>/dev/null; then
    line=$(diff "$file" <($tool "$file") | sed -n '1s/[^0-9].*//p' || true)
    breach "$file:$line" "not formatted; clang-format -i $file"
  fi
done < <(files '\.(hpp|cpp)$')
finish
