#!/usr/bin/env bash
# Files and functions stay short enough to be read in one go, lines narrow enough for a page; no
# tabs.
functions_awk=$(cd "$(dirname "$0")" && pwd)/functions.awk
. "$(dirname "$0")/common.sh"

max_lines=400
max_lines_main=200
max_lines_function=40
max_columns=100

while read -r n_lines file; do
  case $file in
    chapters/*/main.cpp) limit=$max_lines_main ;;
    *) limit=$max_lines ;;
  esac
  if [[ $n_lines -gt $limit ]]; then breach "$file:$n_lines" "more than $limit lines"; fi
done < <(files '\.(hpp|cpp)$' | while read -r file; do wc -l "$file"; done)

while IFS=: read -r file line n_lines; do
  breach "$file:$line" "a function of $n_lines lines, more than $max_lines_function"
done < <(files '\.(hpp|cpp)$' | xargs awk -v limit=$max_lines_function -f "$functions_awk")

sources='\.(hpp|cpp|cmake|sh|py)$|CMakeLists\.txt$|^run$'
breaches "longer than $max_columns columns" < <(
  files "$sources" | xargs grep -nE ".{$((max_columns + 1))}" /dev/null)
breaches "a tab" < <(files "$sources" | xargs grep -n $'\t' /dev/null)
finish
