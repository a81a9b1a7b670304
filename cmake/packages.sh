# Part of ./run: the packages that a build needs, and how they get onto this machine. packages.cmake
# looks for the same ones.

packages='g++ cmake ninja-build pkg-config libxtensor-dev libxsimd-dev libfmt-dev libcli11-dev
  nlohmann-json3-dev libutfcpp-dev libutf8proc-dev libxxhash-dev libsentencepiece-dev'
packages_tests='libboost-test-dev libxtensor-blas-dev libopenblas-dev librandom123-dev clang-format'
packages_bench='libbenchmark-dev'  # peers are measured where they are installed already
packages_book='doxygen libjs-mathjax'
packages_ci='chromium libcpp-httplib-dev python3-torch python3-sentencepiece'
packages_brew='cmake ninja pkgconf xtensor xsimd fmt cli11 nlohmann-json utf8cpp utf8proc xxhash
  sentencepiece'
words='a C++20 compiler, CMake 3.22, Ninja, pkg-config, xtensor, xsimd, fmt, CLI11, '
words+='nlohmann-json, utf8cpp, utf8proc, xxHash, SentencePiece'
words_bench='Google Benchmark'
words_tests='Boost.Test, xtensor-blas, OpenBLAS, LAPACK, Random123'

# install PRESET TARGET: what they need, where there is apt-get and the right to use it; elsewhere
# says what to install, and goes on if the tools are there.
install() {
  local wanted=$packages installed missing='' sudo='' package
  [[ $1 != tests ]] || wanted+=" $packages_tests $packages_book"
  [[ $1 != bench ]] || wanted+=" $packages_bench"
  [[ $2 != html_book ]] || wanted+=" $packages_book"
  # Elsewhere, the tests in the browser and beside PyTorch may be skipped.
  [[ ${CI:-} != true ]] || wanted+=" $packages_bench $packages_ci"
  if ! have apt-get dpkg-query; then
    [[ -e build/$1/build.ninja ]] || ask_for "$(other_system "$1")"
    return
  fi
  # shellcheck disable=SC2086  # the lists are meant to be split
  installed=$(dpkg-query -W -f='|${Package}:${db:Status-Status}|' $wanted 2>/dev/null) || true
  for package in $wanted; do
    [[ $installed == *"|$package:installed|"* ]] || missing+=" $package"
  done
  [[ -n $missing ]] || return 0

  [[ $(id -u) == 0 ]] || sudo=sudo
  if [[ -n $sudo ]] && ! { have sudo && sudo true; }; then  # asks for the password, if at all
    ask_for "apt-get install$missing"
    return
  fi
  install_by_apt "$1" "$missing" $sudo env DEBIAN_FRONTEND=noninteractive
}

# install_by_apt PRESET PACKAGES [PREFIX...]: says first how much comes with all that they need.
install_by_apt() {
  local log=build/$1/install.log packages=$2 size
  shift 2
  phase 'asking what there is to install' "$log" "$@" apt-get update
  # shellcheck disable=SC2086
  size=$(apt-get install -qq --no-install-recommends --print-uris $packages 2>/dev/null |
    awk '/^\047/ { bytes += $3 } END { printf "%.0f", bytes / 1e6 }') || true
  say "installing$packages: ${size:-?} MB to download, what they need included"
  # shellcheck disable=SC2086
  phase 'installing' "$log" \
    "$@" apt-get install -y --no-install-recommends $packages
}

# What to install where there is no apt-get.
other_system() {
  if have brew; then
    echo "brew install $packages_brew"
  else
    echo "$words"
  fi
  [[ $1 != tests ]] || echo "and for the tests $words_tests"
  [[ $1 != bench ]] || echo "and $words_bench"
}

ask_for() {
  say "please install: $1"
  have cmake ninja || quit 1 'cannot build without CMake and Ninja'
}
