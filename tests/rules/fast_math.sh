#!/usr/bin/env bash
# Nothing compiles under flags that let the compiler forget about NaN and infinity, or change the
# order of a sum.
#
# fast_math.sh COMPILER
set -euo pipefail
cd "$(dirname "$0")/../.."

compiles() {
  echo '#include "src/base/index.hpp"' | "$compiler" -std=c++20 -fsyntax-only -I. -x c++ - "$@" 2>&1
}

compiler=$1
compiles || { echo "src/base/index.hpp:1: does not compile as it is"; exit 1; }
for flag in -ffast-math -Ofast -ffinite-math-only; do
  if compiles "$flag" >/dev/null; then
    echo "src/base/index.hpp:1: compiles with $flag"
    exit 1
  fi
done
echo 'the rule fast_math holds'
