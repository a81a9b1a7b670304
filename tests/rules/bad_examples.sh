#!/usr/bin/env bash
# Shows that every rule lets a good tree pass and finds what is wrong in a bad one.
set -euo pipefail
rules=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
n_failed=0

failed() {
  echo "FAILED: $1"
  sed 's/^/    /' "$work/output"
  n_failed=$((n_failed + 1))
}

# A small tree that keeps every rule.
make_good_tree() {
  rm -rf "$work/tree"
  mkdir -p "$work/tree/"{src/{base,system,tensor,kernels/generic,io},tests/kernels}
  mkdir -p "$work/tree/chapters/"{01_words,02_sentences} "$work/tree/"{bench,docs/tool}
  cp "$rules/../../.clang-format" "$work/tree/"
  cd "$work/tree"
  echo '#include <vector>' >src/base/index.hpp
  echo '#include <unistd.h>' | tee src/system/posix.cpp src/io/file.cpp >/dev/null
  echo '#include "src/base/index.hpp"' >src/system/arena.hpp
  printf '#include <xtensor/xtensor.hpp>\n\n#include "src/base/index.hpp"\n' >src/tensor/tensor.hpp
  echo '#include <xsimd/xsimd.hpp>' >src/kernels/generic/simd.hpp
  echo '#include "src/tensor/tensor.hpp"' | tee src/io/file.hpp src/kernels/target.hpp >/dev/null
  echo '#include "src/io/file.hpp"' >chapters/01_words/words.hpp
  echo '#include "chapters/01_words/words.hpp"' >chapters/02_sentences/main.cpp
  echo '#include "chapters/01_words/words.hpp"' >bench/words.hpp
  echo '#include <string>' >docs/tool/text.hpp
  printf '#include <sys/wait.h>\n\n#include "docs/tool/text.hpp"\n' >docs/tool/text.cpp
  echo '#include <xtensor-blas/xlinalg.hpp>' >tests/kernels/matmul_test.cpp
  (cd chapters/01_words && make_good_exercises)
}

# A chapter with as many exercises as a chapter must have.
make_good_exercises() {
  local name kind=('Write: a' 'Write: b' 'Spot the bug: c' 'Predict, then run: d')
  mkdir -p exercises/{solutions,wrong}
  for name in a b c d; do
    echo "// ${kind[0]}" >"exercises/$name.hpp" && kind=("${kind[@]:1}")
    printf 'one\n\ntwo\n\nthree\n' >"exercises/$name.hints"
    touch exercises/{${name}_check,$name,solutions/$name}.cpp
    echo '// The check says: no' | tee exercises/wrong/${name}_{1,2,3}.cpp >/dev/null
    echo "- \`./run exercise 01 $name\`: [solution](exercises/solutions/$name.cpp)" >>README.md
  done
}

# bad RULE FILE LINE [PLACE]: with standard input added to FILE, the rule fails and names FILE:LINE,
# or PLACE.
bad() {
  make_good_tree
  mkdir -p "$(dirname "$2")"
  cat >>"$2"
  local status=0
  "$rules/$1.sh" "$work/tree" >"$work/output" 2>&1 || status=$?
  [[ $status != 77 ]] || return 0
  if [[ $status != 1 ]] || ! grep -q "^${4:-$2:$3}: " "$work/output"; then
    failed "$1 does not see what is wrong with ${4:-$2:$3} (exit $status)"
  fi
}

for rule in include_order limits formatting own_paths exercises; do
  make_good_tree
  status=0
  "$rules/$rule.sh" "$work/tree" >"$work/output" 2>&1 || status=$?
  [[ $status == 0 || $status == 77 ]] || failed "$rule refuses a good tree"
done

bad include_order src/base/index.hpp 2 <<<'#include "src/tensor/tensor.hpp"'
bad include_order src/io/file.hpp 2 <<<'#include "chapters/01_words/words.hpp"'
bad include_order src/io/file.hpp 2 <<<'#  include "tests/kernels/matmul_test.cpp"'
bad include_order chapters/01_words/words.hpp 2 <<<'#include "chapters/02_sentences/main.cpp"'
bad include_order chapters/01_words/words.hpp 2 <<<'#include "words.hpp"'
bad include_order chapters/01_words/words.hpp 2 <<<'#include "src/io/missing.hpp"'
bad include_order chapters/02_sentences/main.cpp 2 <<<'#include <xtensor/xview.hpp>'
bad include_order src/io/file.hpp 2 <<<'#include <xsimd/xsimd.hpp>'
bad include_order src/tensor/tensor.hpp 4 <<<'#include <sys/mman.h>'
bad include_order chapters/01_words/words.hpp 2 <<<'#include <unistd.h>'
bad include_order src/base/index.hpp 2 <<<'#include "src/system/arena.hpp"'
bad include_order src/kernels/generic/rows.hpp 1 <<<'#include <xsimd/xsimd.hpp>'
bad include_order src/io/file.hpp 2 <<<'#include <xtensor-blas/xlinalg.hpp>'
bad include_order tests/kernels/rows_test.cpp 1 <<<'#include <xtensor-blas/xlinalg.hpp>'
bad include_order chapters/02_sentences/main.cpp 2 <<<'#include "bench/words.hpp"'
bad include_order bench/words.hpp 2 <<<'#include "tests/kernels/matmul_test.cpp"'
bad include_order src/io/file.hpp 2 <<<'inline auto join_all() { return fmt::join("ab", ","); }'
bad include_order src/io/file.hpp 2 <<<'#include "src/kernels/target.hpp"'
bad include_order src/attic/old.hpp 1 <<<'#include "src/base/index.hpp"'

bad include_order docs/tool/main.cpp 1 <<<'#include "src/base/index.hpp"'
bad include_order docs/tool/main.cpp 1 <<<'#include <fmt/format.h>'
bad include_order src/base/index.hpp 2 <<<'#include "docs/tool/text.hpp"'

bad limits src/base/index.hpp 401 < <(yes '//' | head -n 400)
bad limits chapters/02_sentences/main.cpp 201 < <(yes '//' | head -n 200)
bad limits src/base/index.hpp 2 < <(
  echo 'int twice(int x) {'; seq 39 | sed 's/.*/  x = &;/'; echo '}')
bad limits src/base/index.hpp 3 < <(
  echo 'struct Two {'; echo '  int of(int x) {'; seq 39 | sed 's/.*/    x = &;/'; echo '  }')
bad limits src/base/index.hpp 2 <<<"// $(printf 'é%.0s' {1..98})"
bad limits src/base/index.hpp 2 <<<$'\t// indented by a tab'
bad operation_table chapters/01_words/words.cpp 1 <<<'  return operation("unheard_of", x);'
bad operation_table chapters/01_words/words.cpp 1 <<<'  return projected_loss("unheard_of", x);'
bad formatting src/base/index.hpp 2 <<<'int  twice( int x );'
bad own_paths README.md 2 < <(printf 'first\nsee /%s/me/notes\n' home)
bad own_paths src/base/index.hpp 2 < <(printf '// see ../%s/notes\n' shared)

bad exercises chapters/01_words/exercises/a.hints 1 <<<$'\n4\n\n5\n\n6'
bad exercises chapters/01_words/exercises/wrong/a_4.cpp 1 <<<'int x = 1;'
bad exercises chapters/01_words/exercises/solutions/e.cpp 1 <<<'int x = 1;'
bad exercises chapters/01_words/exercises/wrong/e_1.cpp 1 <<<'// The check says: no'
lone=chapters/02_sentences/exercises/lone
for place in $lone.hpp $lone.hints ${lone%/*}/{solutions/lone,wrong/lone_1}.cpp \
  chapters/02_sentences/README.md; do
  bad exercises ${lone}_check.cpp 1 "$place:1" <<<'// Checks lone.'
done

if [[ $n_failed != 0 ]]; then exit 1; fi
echo 'every rule passes the good tree and sees each bad example'
