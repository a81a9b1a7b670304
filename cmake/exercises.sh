# Part of ./run: the command exercise. What a reader has solved, and how many hints were shown, is
# kept in build/exercises; what --reset takes away stays beside the exercise.

exercise() {
  local number='' name='' flag='' folder='' argument
  for argument in "$@"; do
    case $argument in
      -h | --help)
        exercise_help
        return
        ;;
      --hint | --watch | --reset)
        [[ -z $flag ]] || quit 2 "$flag or $argument, one at a time"
        flag=$argument
        ;;
      -*) quit 2 "exercise has no flag $argument; ./run exercise --help tells all" ;;
      *)
        [[ -z $name ]] || quit 2 "exercise takes a chapter and a name, and not $argument, too"
        if [[ -z $number ]]; then number=$argument; else name=$argument; fi
        ;;
    esac
  done
  [[ -z $number ]] || find_exercise_folder
  if [[ -z $name ]]; then
    [[ -z $flag ]] || quit 2 "$flag of which exercise? ./run exercise lists them"
    list_exercises
    return
  fi
  [[ -e $folder/${name}_check.cpp ]] ||
    quit 2 "chapter $number has no exercise $name; ./run exercise $number lists those it has"
  case $flag in
    --hint) show_hint ;;
    --watch) watch_exercise ;;
    --reset) reset_exercise ;;
    *) check_exercise ;;
  esac
}

exercise_help() {
  cat <<'END'
./run exercise                  list all exercises, and which are solved: [x]
./run exercise NN               list those of chapter NN
./run exercise NN NAME          build your answer in chapters/NN_.../exercises/NAME.cpp and check it
./run exercise NN NAME --hint   show the next hint
./run exercise NN NAME --watch  check it now and whenever the file changes, until Ctrl-C
./run exercise NN NAME --reset  begin anew: NAME.cpp as git has it; yours is kept beside it

NAME.hpp says what there is to do, solutions/NAME.cpp is one way to do it. The check exits with 0
where the answer is right, with 1 where it is not.
END
}

# The folder of the exercises of chapter $number, which gets its two digits.
find_exercise_folder() {
  [[ $number != [0-9] && $number != [0-9][a-z] ]] || number=0$number
  [[ $number == [0-9][0-9] || $number == [0-9][0-9][a-z] ]] ||
    quit 2 "$number is no chapter; ./run exercise 03 lists chapter 03's"
  set -- chapters/"$number"_*/
  [[ -d $1 ]] || quit 2 "there is no chapter $number; chapters/ holds them"
  folder=${1}exercises
  set -- "$folder"/*_check.cpp
  [[ -e $1 ]] || quit 2 "chapter $number has no exercises"
}

# ---- Listing -------------------------------------------------------------------------------------

# Those of chapter $number, or of all chapters.
list_exercises() {
  local chapter title checks check n_solved lines mark task
  for chapter in chapters/${number:-[0-9][0-9]*}_*/; do
    checks=("$chapter"exercises/*_check.cpp)
    [[ -e ${checks[0]} ]] || continue
    title=$(sed -n '1s/^# [0-9]*[a-z]*[.] *//p' "$chapter"README.md)
    number=${chapter#chapters/} number=${number%%_*} folder=${chapter}exercises n_solved=0 lines=''
    for check in "${checks[@]}"; do
      name=${check##*/} name=${name%_check.cpp} mark='[ ]'
      if is_solved; then mark='[x]' n_solved=$((n_solved + 1)); fi
      task=$(sed -n '1s|^// ||p' "$folder/$name.hpp")
      lines+=$(printf '  %s %-26s %s' "$mark" "$name" "$task")$'\n'
    done
    echo "$number  $title: $n_solved of ${#checks[@]} solved"
    printf '%s' "$lines"
  done
}

# ---- Checking ------------------------------------------------------------------------------------

solved=build/exercises/solved  # a line for each answer that passed: NN/NAME, and its digest

# Of an answer and of what it is checked by: a change of either asks for the check again.
exercise_digest() {
  { cat "$folder/$name.hpp" "$folder/$name.cpp" "$folder/${name}_check.cpp" 2>/dev/null || true; } |
    cksum
}

is_solved() {
  [[ -e $solved ]] && grep -qxF "$number/$name $(exercise_digest)" "$solved"
}

# remember DIGEST STATUS: whether the answer of that digest passed.
remember() {
  mkdir -p "${solved%/*}"
  touch "$solved"
  grep -v "^$number/$name " "$solved" >"$solved.new" || true
  if [[ $2 == 0 ]]; then echo "$number/$name $1" >>"$solved.new"; fi
  mv "$solved.new" "$solved"
}

# Builds the answer, checks it, and exits as the check does.
check_exercise() {
  local digest status=0 program=$PWD/build/release/chapters/exercise_${number}_$name
  [[ -e $folder/$name.cpp ]] || quit 1 "$folder/$name.cpp is missing; --reset brings it back"
  digest=$(exercise_digest)
  build release "exercise_${number}_$name"
  (cd "$caller" && exec "$program") || status=$?
  # Not where the file has changed since: nobody knows which of the two was built.
  if [[ $digest == "$(exercise_digest)" ]]; then remember "$digest" "$status"; fi
  [[ $status -lt 128 ]] ||
    say "$name.cpp crashed, by signal $((status - 128)): look for an index outside of a matrix"
  exit "$status"
}

# Looks at the files' contents, not at their times, whose form and grain each system has its own.
watch_exercise() {
  local digest='' latest
  trap 'say "$name: no longer watched"; exit 0' INT TERM
  while true; do
    latest=$(exercise_digest)
    if [[ $latest != "$digest" ]]; then
      digest=$latest
      (check_exercise) || true
      say "watching $folder/$name.cpp; Ctrl-C ends it"
    fi
    sleep 0.5
  done
}

# ---- Help, and a new beginning -------------------------------------------------------------------

# The next hint; once all were shown, all of them. A blank line ends a hint.
show_hint() {
  local hints=$folder/$name.hints shown=build/exercises/hints/${number}_$name n n_hints
  local solution="one way to do it stands in $folder/solutions/$name.cpp"
  [[ -s $hints ]] || quit 1 "$name has no hints; $solution"
  n_hints=$(awk 'BEGIN { RS = "" } END { print NR }' "$hints")
  n=$(($(cat "$shown" 2>/dev/null || echo 0) + 1))
  if [[ $n -gt $n_hints ]]; then
    awk 'BEGIN { RS = "" } { print NR ". " $0 }' "$hints"
    echo "Those were all hints; $solution."
    return
  fi
  mkdir -p "${shown%/*}"
  echo "$n" >"$shown"
  echo "Hint $n of $n_hints:"
  awk -v n="$n" 'BEGIN { RS = "" } NR == n' "$hints"
}

# NAME.cpp as git has it: where the project came from, else in the newest commit.
reset_exercise() {
  local file=$folder/$name.cpp original commit kept i=1
  commit=$(git merge-base HEAD origin/HEAD 2>/dev/null) || commit=HEAD
  original=build/exercises/original.cpp
  mkdir -p build/exercises
  if ! git show "$commit:./$file" >"$original" 2>/dev/null; then
    rm "$original"
    quit 1 "git does not have $file here; take it from where the project came from"
  fi
  rm -f "build/exercises/hints/${number}_$name"
  if cmp -s "$original" "$file"; then
    rm "$original"
    say "$file is as git has it"
    return
  fi
  while kept=$folder/$name.kept_$i.cpp && [[ -e $kept ]]; do i=$((i + 1)); done
  if [[ -e $file ]]; then
    mv "$file" "$kept"
    say "yours is kept: $kept"
  fi
  mv "$original" "$file"
  say "$file is as it was handed out"
}
