# A small tree with ./run in it and no package to install, for tests that pretend to build. To be
# sourced: it sets `work`, a folder that goes when the test ends.
set -uo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export HOME=$work GIT_CONFIG_NOSYSTEM=1 PATH=$work/tools:$PATH

# make_run_tree FOLDER...: $work/tree with these folders, and $work/tools, which come first in PATH.
make_run_tree() {
  rm -rf "${work:?}"/{tree,tools}
  mkdir -p "$work"/{tools,tree/cmake} "${@/#/$work/tree/}"
  cp "$root/run" "$work/tree/"
  cp "$root"/cmake/*.sh "$work/tree/cmake/"
  echo 'install() { :; }' >>"$work/tree/cmake/packages.sh"
  echo '{}' >"$work/tree/CMakePresets.json"
}
