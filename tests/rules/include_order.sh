#!/usr/bin/env bash
# Includes go one way: base, system, tensor, kernels, autograd, io, data, run, draw, book, then the
# chapters.
# A file includes its own room or chapter and those before it, by the path from the root.
# bench/ may include all of them, and nothing but tests/ may include bench/.
# docs/ stands alone: it includes no other folder of the tree, and nothing but the standard library.
# What the machine offers is called in src/system/posix.cpp, and its files in src/io.
# xtensor stands in src/tensor/tensor.hpp alone (xtensor-blas in one test), xsimd in
# src/kernels/generic/simd.hpp: what differs from version to version is settled there.
# fmt::join is declared in <fmt/format.h> up to fmt 10 only: who calls it includes <fmt/ranges.h>.
. "$(dirname "$0")/common.sh"

rooms=(base system tensor kernels autograd io data run draw book)

# rank PATH: the place of a file in the order; nothing for files that may include everything.
rank() {
  case $1 in
    src/*)
      local i room=${1#src/}
      for i in "${!rooms[@]}"; do
        if [[ ${room%%/*} == "${rooms[i]}" ]]; then echo "$i"; fi
      done
      ;;
    chapters/[0-9][0-9]*_*)
      local name=${1#chapters/}
      local number=${name%%_*}
      echo $((100 + 2 * 10#${number:0:2} + ${#number} - 2))  # 08, then 08b, then 09
      ;;
    bench/*) echo 500 ;;
    tests/*) echo 1000 ;;
  esac
}

check_own() {
  local file=$1 place=$2 included=$3 mine theirs
  if [[ ! $included =~ ^(src|chapters|tests|data|docs|bench)/ || ! -f $included ]]; then
    breach "$place" "\"$included\" is no file by its path from the root"
    return
  fi
  if [[ $file != tests/* && ($file == docs/* || $included == docs/*) &&
        ${file%%/*} != "${included%%/*}" ]]; then
    breach "$place" "docs/ stands alone"
    return
  fi
  mine=$(rank "$file")
  theirs=$(rank "$included")
  if [[ $included == src/kernels/target.hpp && $file != src/kernels/* ]]; then
    breach "$place" "only kernels open an Into"
  fi
  if [[ $file == src/* && -z $mine ]]; then breach "$place" "src/ has no such room"; fi
  if [[ ${theirs:-0} -gt ${mine:-1000} ]]; then
    breach "$place" "\"$included\" comes after ${file%/*}"
  fi
}

check_library() {
  local file=$1 place=$2 included=$3
  if [[ $file == docs/* && $included == */* && $included != sys/* ]]; then
    breach "$place" "docs/ needs the standard library only"
  fi
  case $included in
    xtensor-blas/*)
      if [[ $file != tests/* || $file != "${first_with_blas:=$file}" ]]; then
        breach "$place" "xtensor-blas is for one file in tests/"
      fi
      ;;
    xtensor/* | xtl/*)
      if [[ $file != src/tensor/tensor.hpp ]]; then
        breach "$place" "xtensor is included in src/tensor/tensor.hpp only"
      fi
      ;;
    fcntl.h | malloc.h | pthread.h | sched.h | termios.h | unistd.h | sys/*)
      if [[ $file =~ ^(src|chapters|bench)/ && $file != src/system/posix.cpp &&
            $file != src/io/* ]]; then
        breach "$place" "the machine is called in src/system/posix.cpp only, and files in src/io"
      fi
      ;;
    xsimd/*)
      if [[ $file != src/kernels/generic/simd.hpp ]]; then
        breach "$place" "xsimd is included in src/kernels/generic/simd.hpp only"
      fi
      ;;
  esac
}

while IFS=: read -r file line text; do
  if [[ $text =~ \"(.*)\" ]]; then
    check_own "$file" "$file:$line" "${BASH_REMATCH[1]}"
  elif [[ $text =~ \<(.*)\> ]]; then
    check_library "$file" "$file:$line" "${BASH_REMATCH[1]}"
  fi
done < <(files '\.(hpp|cpp)$' | xargs grep -nE '^[[:space:]]*#[[:space:]]*include' /dev/null)

breaches 'fmt::join needs <fmt/ranges.h>' < <(
  files '\.(hpp|cpp)$' | xargs grep -L '^#include <fmt/ranges.h>' /dev/null |
    xargs grep -n 'fmt::join' /dev/null)
finish
