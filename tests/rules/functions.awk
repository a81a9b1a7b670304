# Prints FILE:LINE:LENGTH for each function of more than `limit` lines, from the first line of its
# declaration to the brace that closes it. The formatting makes it simple: the closing brace stands
# below the first letter of the declaration, and a body of several lines opens at the end of a line.

function indent(text) { match(text, /^ */); return RLENGTH }

FNR == 1 { state = "between" }
{
  line = $0
  sub(/ *\/\/.*$/, "", line)
}
line ~ /^ *(#.*|[a-z]+:)?$/ { next }  # nothing, a directive, public:

state == "function" {
  if (line ~ /^ *}/ && indent(line) == column) {
    if (FNR - first + 1 > limit) print FILENAME ":" first ":" FNR - first + 1
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
