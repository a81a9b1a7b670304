#!/usr/bin/env bash
# The kernels compile for other processors: 64-bit Arm, and RISC-V, for which xsimd is not asked.
# Tried where a cross compiler is installed (Debian's g++-aarch64-linux-gnu, g++-riscv64-linux-gnu).
#
# other_processors.sh FOLDER   with FOLDER the one that holds xsimd/
set -euo pipefail
cd "$(dirname "$0")/../.."
skipped=77

# xsimd alone: what else lies beside it belongs to this processor.
headers=$(mktemp -d)
trap 'rm -rf "$headers"' EXIT
ln -s "$1/xsimd" "$headers/xsimd"

n_tried=0
for processor in aarch64 riscv64; do
  compiler=$processor-linux-gnu-g++
  command -v "$compiler" >/dev/null || continue
  n_tried=$((n_tried + 1))
  "$compiler" -std=c++20 -fsyntax-only -Wall -Wextra -Werror -I. -isystem "$headers" \
    src/kernels/arch/baseline.cpp
  echo "the kernels compile for $processor"
done
if [[ $n_tried == 0 ]]; then
  echo 'skipped: no cross compiler is installed'
  exit $skipped
fi
