#!/usr/bin/env bash
# Files stay short enough to be read in one go, lines narrow enough for a page; no tabs.
. "$(dirname "$0")/common.sh"

max_lines=400
max_lines_main=200
max_columns=100

while read -r n_lines file; do
  case $file in
    chapters/*/main.cpp) limit=$max_lines_main ;;
    *) limit=$max_lines ;;
  esac
  if [[ $n_lines -gt $limit ]]; then breach "$file:$n_lines" "more than $limit lines"; fi
done < <(files '\.(hpp|cpp)$' | while read -r file; do wc -l "$file"; done)

sources='\.(hpp|cpp|cmake|sh|py)$|CMakeLists\.txt$|^run$'
breaches "longer than $max_columns columns" < <(
  files "$sources" | xargs grep -nE ".{$((max_columns + 1))}" /dev/null)
breaches "a tab" < <(files "$sources" | xargs grep -n $'\t' /dev/null)
finish
