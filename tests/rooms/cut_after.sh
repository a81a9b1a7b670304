#!/usr/bin/env bash
# A chapter needs src/ and the chapters before it, and nothing that comes later: a copy of the tree
# that ends with the chapter can be configured, and every file of the chapter compiles there.
#
# cut_after.sh NN FOLDER [ARGUMENTS OF CMAKE...]    FOLDER is made anew, for the copy
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
number=$1 tree=$2

rm -rf "$tree"
mkdir -p "$tree/chapters"
cp -r CMakeLists.txt cmake src data docs "$tree"
for chapter in chapters/[0-9][0-9]*_*; do
  if ((10#${chapter:9:2} <= 10#$number)); then cp -r "$chapter" "$tree/chapters"; fi
done
{
  sed "/^chapter(${number}_/q" chapters/CMakeLists.txt
  echo 'exercises()'
} >"$tree/chapters/CMakeLists.txt"

cd "$tree"
cmake -G Ninja -B build -D CMAKE_BUILD_TYPE=Release "${@:3}"

# The objects of the chapter's files alone: they need the headers of src/, not its libraries.
mapfile -t objects < <(ninja -C build -t targets all |
  sed -nE "s#^(chapters/CMakeFiles/[^ ]*/${number}_[^ ]*\.o): .*#\1#p")
mapfile -t sources < <(find chapters/"$number"_* -name '*.cpp' -not -path '*/solutions/*' \
  -not -path '*/wrong/*')
if [[ ${#objects[@]} != "${#sources[@]}" ]]; then
  echo "chapter $number has ${#sources[@]} files, ${#objects[@]} of them would be compiled"
  exit 1
fi
ninja -C build -j 2 "${objects[@]}"
echo "chapter $number: ${#objects[@]} files compile without what comes later"
