#!/usr/bin/env bash
# must_not_compile.sh COMPILER ARGUMENT...: must_not_compile.cpp compiles as it stands; with each of
# its cases switched on the compiler refuses it, and its message names the case's line.
set -uo pipefail
source=$(cd "$(dirname "$0")" && pwd)/must_not_compile.cpp
n_failed=0

compile() { "$@" -std=c++20 -fsyntax-only "$source" 2>&1; }

if ! output=$(compile "$@"); then
  echo "$source does not compile without a case:"
  head -n 20 <<<"$output"
  exit 1
fi
while IFS=: read -r line case; do
  if output=$(compile "$@" "-D$case"); then
    echo "$source:$line: $case compiles, and should not"
    n_failed=$((n_failed + 1))
  elif ! grep -q "must_not_compile.cpp:$((line + 1)):" <<<"$output"; then
    echo "$source:$line: $case is refused, but not in its line:"
    head -n 5 <<<"$output"
    n_failed=$((n_failed + 1))
  else
    echo "refused: $case"
  fi
done < <(grep -n '^#ifdef ' "$source" | sed 's/#ifdef //')
exit "$((n_failed > 0))"
