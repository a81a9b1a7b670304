#!/usr/bin/env bash
# What ./run translate makes of its arguments: `translate` or `train`, in a tree with tools that
# pretend to build, and a translator that says what it is asked for.
. "$(dirname "$0")/tree.sh"
n_failed=0

make_run_tree build/release/chapters
touch "$work/tree/build/release/"{build.ninja,.ninja_log}
printf '#!/bin/sh\necho "ninja: no work to do"\n' >"$work/tools/ninja"
# shellcheck disable=SC2016  # the translator expands it
printf '#!/bin/sh\nprintf "%%s;" "$@"\n' >"$work/tree/build/release/chapters/transformer"
chmod +x "$work/tools/ninja" "$work/tree/build/release/chapters/transformer"

# becomes COMMAND ARGUMENTS...: with them, and standard input as it is here, COMMAND gets them all.
becomes() {
  local expected=$1 said
  shift
  expected=$(printf '%s;' "$expected" "$@")
  said=$("$work/tree/run" translate "$@" 2>&1)
  [[ $said == "$expected" ]] && return
  echo "FAILED: ./run translate $*: '$said', expected '$expected'"
  n_failed=$((n_failed + 1))
}

# ---- Nothing to read ---------------------------------------------------------------------------
exec </dev/null
becomes train
becomes train --d-model 6
becomes train --run runs/my
becomes train --run 'a folder with spaces'
becomes train '--run=a folder with spaces' --overwrite
becomes translate --help
becomes translate -h
becomes translate word
becomes translate 'two words' --beam 2
becomes translate --threads 1 --run=runs/my 'two words'
becomes translate --overwrite 'two words'
becomes translate '- hello there'
becomes translate '-5 degrees' '--what is that?'
becomes translate --threads 1 '- a = b'
becomes translate --n-best 3
becomes translate --pieces
becomes translate --trace=page.html
becomes translate -- --word

# ---- Lines to read -----------------------------------------------------------------------------
exec <"$work/tree/run"
becomes translate
becomes translate --run runs/my --threads 1 --beam 2 --length-penalty 1 --penalty-form paper
becomes train --updates 100
becomes train --run runs/my --source a --target b
exec < <(echo a line)
becomes translate
becomes translate --run runs/a --run runs/b
becomes train --pairs a.tsv

[[ $n_failed == 0 ]] && echo 'all as it should be'
exit $((n_failed > 0))
