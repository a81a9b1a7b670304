#!/usr/bin/env bash
# The tree stands alone: no file names a folder of somebody's machine, or one beside the tree.
. "$(dirname "$0")/common.sh"

# A letter in brackets, so that this file does not find itself.
somebodys='/(wor[k]|hom[e]|roo[t]|User[s])/'
beside='(^|[^[:alnum:]_-])share[d]/'
breaches 'names a folder outside the tree' < <(
  files . | xargs grep -InE "$somebodys|$beside" /dev/null)
finish
