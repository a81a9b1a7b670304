#!/usr/bin/env bash
# Every exercise is complete: a title of one of three kinds, three to five hints, a solution, three
# wrong answers that say what the check says of them, and a line of the chapter's page with its
# command and its solution. A chapter that has exercises has four at least, and one of each kind.
. "$(dirname "$0")/common.sh"

min_exercises=4
min_hints=3
max_hints=5
min_wrong=3
max_title=80
kinds=('Write:' 'Spot the bug:' 'Predict, then run:')

# check_exercise FOLDER NAME NN
check_exercise() {
  local task=$1/$2.hpp hints=$1/$2.hints solution=$1/solutions/$2.cpp title kind n file
  title=$(sed -n '1s|^// ||p' "$task" 2>/dev/null) || true
  n=0
  for kind in "${kinds[@]}"; do
    if [[ $title == "$kind "?* ]]; then n=$((n + 1)); fi
  done
  [[ $n == 1 ]] || breach "$task:1" "the title does not begin with one of: ${kinds[*]}"
  [[ ${#title} -le $max_title ]] || breach "$task:1" "a title of more than $max_title letters"

  n=$(awk 'BEGIN { RS = "" } END { print NR }' "$hints" 2>/dev/null || true)
  [[ ${n:-0} -ge $min_hints && $n -le $max_hints ]] ||
    breach "$hints:1" "${n:-no} hints between blank lines, and not $min_hints to $max_hints"
  [[ -f $solution ]] || breach "$solution:1" 'no solution'

  n=0
  for file in "$1/wrong/$2"_[0-9].cpp; do
    [[ -f $file ]] || continue
    n=$((n + 1))
    grep -q '^// The check says: .' < <(head -n 1 "$file") ||
      breach "$file:1" 'the first line is not: // The check says: SENTENCE'
  done
  [[ $n -ge $min_wrong ]] || breach "$1/wrong/$2_1.cpp:1" "$n wrong answers, and not $min_wrong"

  local page=${1%/exercises}/README.md command="\`./run exercise $3 $2\`"
  grep -F -A 3 "$command" "$page" 2>/dev/null | grep -qF "(exercises/solutions/$2.cpp)" ||
    breach "$page:1" "no line with $command and a link to exercises/solutions/$2.cpp"
}

for chapter in chapters/[0-9][0-9]*_*/; do
  folder=${chapter}exercises number=${chapter#chapters/} number=${number%%_*}
  checks=("$folder"/*_check.cpp)
  [[ -e ${checks[0]} ]] || continue
  for check in "${checks[@]}"; do
    name=${check##*/}
    check_exercise "$folder" "${name%_check.cpp}" "$number"
  done
  [[ ${#checks[@]} -ge $min_exercises ]] ||
    breach "${chapter}README.md:1" "${#checks[@]} exercises, and not $min_exercises"
  for kind in "${kinds[@]}"; do
    grep -q "^// $kind " "$folder"/*.hpp || breach "${chapter}README.md:1" "no exercise '$kind'"
  done
done
for file in chapters/*/exercises/wrong/*.cpp chapters/*/exercises/solutions/*.cpp; do
  [[ -e $file ]] || continue
  name=${file##*/} name=${name%.cpp}
  [[ $file == */solutions/* ]] || name=${name%_[0-9]}
  [[ -e ${file%/*/*}/${name}_check.cpp ]] || breach "$file:1" 'of no exercise'
done
finish
