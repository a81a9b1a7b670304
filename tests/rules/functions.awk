# Prints FILE:LINE:LENGTH for each function of more than `limit` lines, from the first line of its
# declaration to the brace that closes it; #if and #endif do not count. The formatting makes it
# simple: the closing brace stands below the first letter of the declaration, and a body of several
# lines opens at the end of a line.

function indent(text) { match(text, /^ */); return RLENGTH }

FNR == 1 { state = "between" }
/^#(if|endif)/ { ++n_conditions }
{
  line = $0
  sub(/ *\/\/.*$/, "", line)
}
line ~ /^ *(#.*|[a-z]+:)?$/ { next }  # nothing, a directive, public:

state == "function" {
  if (line ~ /^ *}/ && indent(line) == column) {
    n_lines = FNR - first + 1 - n_conditions
    if (n_lines > limit) print FILENAME ":" first ":" n_lines
    state = "between"
  }
  next
}
state == "list" {
  if (indent(line) > column) next
  state = "between"
}
state == "between" {
  first = FNR
  n_conditions = 0
  column = indent(line)
  declaration = ""
  state = "declaration"
}
line !~ /^ *template <.*>$/ { declaration = declaration line }
line ~ /[;}]$/ { state = "between" }
line ~ /[{]$/ {
  state = "function"
  if (declaration ~ /= [{]$/) state = "list"
  if (declaration ~ /^ *(namespace|class|struct|union|enum|extern) /) state = "between"
}
