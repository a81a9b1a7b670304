#!/usr/bin/env bash
# Every operation of src/autograd and of the chapters has a row in the table of operations: else its
# value and its gradients would not be tested.
. "$(dirname "$0")/common.sh"

table=tests/chapters/operation_table.cpp
# An operation begins with `operation(`, or with the `projected_loss(` of several; its name is the
# first text after it, or a constant.
while IFS=: read -r file line name; do
  grep -q "{\"$name\"," "$table" || breach "$file:$line" "the operation $name has no row in $table"
done < <(
  files '^(src/autograd|chapters)/.*\.(hpp|cpp)$' | grep -v /exercises/ | xargs awk '
    FNR == 1 { constant = ""; waiting = 0 }
    /^constexpr std::string_view name = "/ { split($0, parts, "\""); constant = parts[2] }
    /[ .](operation|projected_loss)\($/ || /[ .](operation|projected_loss)\("/ { waiting = FNR }
    /[ .]operation\(name/ { waiting = FNR }
    waiting && (match($0, /"[a-z_]+"/) || /^ *name,|operation\(name/) {
      name = RSTART > 0 ? substr($0, RSTART + 1, RLENGTH - 2) : constant
      if (name != "" && FNR - waiting <= 1) print FILENAME ":" waiting ":" name
      waiting = 0
    }')
finish
