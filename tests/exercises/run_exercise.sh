#!/usr/bin/env bash
# What ./run exercise does, in a small tree with one chapter and tools that pretend to build: an
# answer is a shell script whose exit code its check passes on.
. "$(dirname "$0")/../entry/tree.sh"
n_failed=0 output='' status=0

make_tree() {
  make_run_tree chapters/{03_attention/exercises,04_heads}
  cat >"$work/tools/cmake" <<'END'
#!/bin/sh
mkdir -p build/release && touch build/release/build.ninja
END
  cat >"$work/tools/ninja" <<'END'
#!/bin/sh
case " $* " in *' -t '*) exit 0 ;; esac
touch build/release/.ninja_log
for target; do :; done
answer=chapters/03_attention/exercises/${target#exercise_03_}.cpp
! grep syntax "$answer" || exit 1
mkdir -p build/release/chapters && cp "$answer" "build/release/chapters/$target"
END
  chmod +x "$work"/tools/*
  cd "$work/tree/chapters/03_attention" || exit 1
  echo '# 3. Attention' >README.md
  printf '// Write: the mask.\n' >exercises/mask.hpp
  printf '// Spot the bug: the axis.\n' >exercises/axis.hpp
  touch exercises/{mask,axis}_check.cpp
  unsolved mask
  unsolved axis
  printf 'Which word?\nAnd why?\n\nAll of them.\n' >exercises/mask.hints
  cd "$work/tree" || exit 1
}

exercises=chapters/03_attention/exercises
# answer_with NAME COMMANDS: what the reader's file and so the program holds.
answer_with() {
  printf '#!/bin/sh\n%s\n' "$2" >"$work/tree/$exercises/$1.cpp"
  chmod +x "$work/tree/$exercises/$1.cpp"
}
unsolved() { answer_with "$1" 'echo 1 of 1 comparisons differ; exit 1'; }
solve() { answer_with "$1" 'echo solved'; }

# exercise ARGUMENTS...: what it prints, and its exit code.
exercise() {
  output=$(./run exercise "$@" 2>&1)
  status=$?
}
# says STATUS TEXT: what the last call did.
says() {
  [[ $status == "$1" && $output == *"$2"* ]] && return
  echo "FAILED, line ${BASH_LINENO[0]}: expected $1 and '$2', found $status and:"
  echo "$output"
  n_failed=$((n_failed + 1))
}
commit() { git init -q . && git add -A && git -c user.name=a -c user.email=a@b commit -qm begin; }

lists_what_is_solved() {
  make_tree
  exercise
  says 0 '03  Attention: 0 of 2 solved'
  says 0 '[ ] mask                       Write: the mask.'
  exercise 3 mask
  says 1 'comparisons differ'
  solve mask
  exercise 03 mask
  says 0 solved
  exercise 3
  says 0 '1 of 2 solved'
  says 0 '[x] mask '
  says 0 '[ ] axis '
  answer_with mask 'echo Solved'  # of the same length
  exercise 03
  says 0 '0 of 2 solved'
  exercise 03 mask
  exercise
  says 0 '[x] mask '
  cp $exercises/axis.cpp $exercises/mask.cpp
  exercise 03 mask
  says 1 'comparisons differ'
  exercise
  says 0 '0 of 2 solved'
}

tells_wrong_usage_in_a_line_and_exits_with_2() {
  make_tree
  exercise 9
  says 2 'error: there is no chapter 09'
  exercise 04
  says 2 'error: chapter 04 has no exercises'
  exercise mask
  says 2 'error: mask is no chapter'
  exercise 03 heads
  says 2 'error: chapter 03 has no exercise heads'
  exercise 03 --hint
  says 2 'error: --hint of which exercise?'
  exercise 03 mask --show
  says 2 'error: exercise has no flag --show'
  exercise 03 mask --hint --reset
  says 2 'error: --hint or --reset, one at a time'
  exercise 03 mask axis
  says 2 'error: exercise takes a chapter and a name, and not axis'
  exercise --help
  says 0 '--watch'
}

shows_one_hint_after_the_other_and_then_the_solution() {
  make_tree
  exercise 03 mask --hint
  says 0 $'Hint 1 of 2:\nWhich word?\nAnd why?'
  exercise 03 --hint mask
  says 0 $'Hint 2 of 2:\nAll of them.'
  exercise 03 mask --hint
  says 0 "$exercises/solutions/mask.cpp"
  exercise 03 axis --hint
  says 1 "axis has no hints; one way to do it stands in $exercises/solutions/axis.cpp"
}

gives_back_what_was_handed_out_and_keeps_what_was_written() {
  make_tree
  commit
  local original
  original=$(cat $exercises/mask.cpp)
  exercise 03 mask --reset
  says 0 'is as git has it'
  local attempt
  for attempt in 1 2; do
    echo "# attempt $attempt" >>$exercises/mask.cpp
    exercise 03 mask --reset
    says 0 "yours is kept: $exercises/mask.kept_$attempt.cpp"
    grep -q "attempt $attempt" "$exercises/mask.kept_$attempt.cpp" || says never 'the kept answer'
    [[ $(cat $exercises/mask.cpp) == "$original" ]] || says never 'what was handed out'
  done
  rm -rf .git
  exercise 03 mask --reset
  says 1 'error: git does not have'
  [[ $(cat $exercises/mask.cpp) == "$original" ]] || says never 'the file that is there'
}

says_that_an_answer_is_missing() {
  make_tree
  rm $exercises/mask.cpp
  exercise 03 mask
  says 1 "error: $exercises/mask.cpp is missing; --reset brings it back"
}

says_that_an_answer_crashed() {
  make_tree
  answer_with mask 'kill -SEGV $$'
  exercise 03 mask
  says 139 'mask.cpp crashed, by signal 11'
}

# wait_for TEXT: until the file `watched` holds it, for ten seconds at most.
wait_for() {
  local i
  for i in {1..100}; do
    if grep -q "$1" watched; then return; fi
    sleep 0.1
  done
  output=$(cat watched) status=watching
  says never "$1"
}

checks_again_when_the_file_changes_until_it_is_interrupted() {
  make_tree
  set -m  # else the shell would have it ignore the interruption
  ./run exercise 03 mask --watch >watched 2>&1 &
  local watcher=$!
  set +m
  wait_for 'comparisons differ'
  echo syntax >>$exercises/mask.cpp
  wait_for 'failed after'
  solve mask
  wait_for '^solved'
  kill -INT "$watcher"
  wait "$watcher"
  status=$? output=$(cat watched)
  says 0 'mask: no longer watched'
  exercise 03
  says 0 '[x] mask '
}

lists_what_is_solved
tells_wrong_usage_in_a_line_and_exits_with_2
shows_one_hint_after_the_other_and_then_the_solution
gives_back_what_was_handed_out_and_keeps_what_was_written
says_that_an_answer_is_missing
says_that_an_answer_crashed
checks_again_when_the_file_changes_until_it_is_interrupted
[[ $n_failed == 0 ]] && echo './run exercise does what it says'
