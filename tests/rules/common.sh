# What the rules share. A rule is a script that takes the root of a source tree (its own, by
# default), prints one line `file:line: what is wrong` for each breach, and exits 1 if there is one.
set -euo pipefail
export LC_ALL=C.UTF-8

cd "${1:-$(dirname "${BASH_SOURCE[0]}")/../..}"
skipped=77  # what CTest takes as: could not be checked here
n_breaches=0

# Prints the files of the tree whose paths match the regular expression: those that git tracks, or
# all of them where the tree is no checkout.
files() {
  if [[ $(git rev-parse --show-toplevel 2>/dev/null) == "$(pwd -P)" ]]; then
    git ls-files --deduplicate
  else
    find . -type f -not -path './build/*' -not -path './runs/*' | sed 's|^\./||' | sort
  fi | grep -E "$1" | while read -r file; do
    if [[ -f $file ]]; then echo "$file"; fi
  done
}

# breach FILE:LINE WHAT
breach() {
  echo "$1: $2"
  n_breaches=$((n_breaches + 1))
}

# Breaks on every line of standard input, which `grep -n` wrote: FILE:LINE:TEXT.
breaches() {
  local hit
  while IFS= read -r hit; do
    [[ $hit =~ ^([^:]*:[0-9]+): ]] && breach "${BASH_REMATCH[1]}" "$1"
  done
}

finish() {
  if [[ $n_breaches != 0 ]]; then
    echo "$n_breaches breaches of the rule $(basename "$0" .sh)"
    exit 1
  fi
  echo "the rule $(basename "$0" .sh) holds"
}
