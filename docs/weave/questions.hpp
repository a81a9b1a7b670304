// Questions to the reader: a paragraph, and below it the choices, each a <details> of its own whose
// first word says whether it is right.
//
//     <details><summary>4</summary>
//
//     No: <!-- value: x -->4 is ...
//
//     </details>
#pragma once

#include <cstddef>
#include <vector>

#include "docs/weave/finding.hpp"
#include "docs/weave/page.hpp"

namespace transformer::weave {

/// One choice: the lines of its two tags, and what it says of itself. A <details> of which neither
/// is true is no choice.
struct Details {
  std::size_t open, close;
  bool is_right, is_wrong;
  bool is_choice() const { return is_right || is_wrong; }
};

/// Every <details> that stands as above, in order.
std::vector<Details> details_of(const Page& page);

/// Questions with less than two choices or not exactly one right one; answers without a value that
/// the program printed; a <details> that stands otherwise than above, which the HTML book would
/// lose.
Findings check_questions(const Page& page);

}  // namespace transformer::weave
