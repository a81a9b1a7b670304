#!/usr/bin/env bash
# The files that are compiled for a newer processor share no function with the rest of the program.
# An inline function that two objects define is linked once, and nobody says from which of them: a
# copy with AVX-512 instructions would then run everywhere. So whatever such an object defines for
# all (nm calls it weak or unique) must have the name of its own instruction set in its name.
#
# kernel_symbols.sh [SET=]OBJECT...   with SET one of baseline, avx2, avx512, and none for what is
#                                     compiled without any flags
set -euo pipefail
export LC_ALL=C
skipped=77
command -v nm >/dev/null || exit $skipped

n_breaches=0
breach() {
  echo "$1: $2"
  n_breaches=$((n_breaches + 1))
}

# The name of a set, xsimd's or our own, as nm prints it: some names of clang's it leaves mangled.
declare -A own_name=(
  [baseline]='xsimd::(sse2|neon64)\b|simd::Baseline\b|^_Z.*xsimd(4sse2|6neon64)'
  [avx2]='xsimd::fma3<xsimd::avx2>|^_Z.*4avx2'
  [avx512]='xsimd::avx512bw\b|^_Z.*8avx512bw'
)

# What others could take from an object, apart from the pointer to the handler of exceptions.
shared_symbols() {
  nm -C --defined-only "$1" | sed -nE 's/^[0-9a-fA-F]* +[WVu] //p' |
    grep -v '^DW\.ref\.__gxx_personality_v0$' || true
}

n_objects=0
for argument in "$@"; do
  set=portable object=$argument
  if [[ $argument == *=* ]]; then set=${argument%%=*} object=${argument#*=}; fi
  [[ -r $object ]] || { breach "$object" "cannot be read"; continue; }
  n_objects=$((n_objects + 1))

  if [[ -n ${own_name[$set]:-} ]]; then
    while IFS= read -r symbol; do
      breach "$object" "others could take: $symbol"
    done < <(shared_symbols "$object" | grep -vE "${own_name[$set]}" || true)
    # Functions of two sets at once would be compiled by both.
    for other in "${!own_name[@]}"; do
      [[ $other != "$set" ]] || continue
      while IFS= read -r symbol; do
        breach "$object" "belongs to $other: $symbol"
      done < <(shared_symbols "$object" | grep -E "${own_name[$other]}" || true)
    done
  fi

  # On x86-64, registers of 32 and 64 bytes are the mark of AVX and AVX-512.
  if [[ $set == baseline || $set == portable ]] && command -v objdump >/dev/null; then
    hit=$(objdump -d --no-show-raw-insn "$object" | grep -m 1 -E '%[yz]mm' || true)
    [[ -z $hit ]] || breach "$object" "needs a newer processor: $hit"
  fi
done

[[ $n_objects -gt 0 ]] || breach "kernel_symbols" "no object was given"
[[ $n_breaches == 0 ]] || { echo "$n_breaches breaches of the rule kernel_symbols"; exit 1; }
echo "the rule kernel_symbols holds for $n_objects objects"
