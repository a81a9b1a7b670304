// Pages of the book, whatever is in them.
#include <sstream>

#include "docs/weave/page.hpp"
#include "docs/weave/prose.hpp"
#include "tests/fuzz/fuzz.hpp"

using namespace transformer;
using namespace transformer::fuzz;

namespace {

void read(std::string_view text) {
  const weave::Page page = weave::parse_page("page.md", text);
  require(page.lines.size() == page.prose.size());
  weave::Findings findings = weave::check_prose(page);
  weave::check_chain(page);
  weave::headings(page);
  weave::formulas(page, &findings);
  for (const weave::Link& link : weave::links(page)) weave::path_and_anchor(link);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t n) {
  try {
    read(text_of(bytes, n));
  } catch (const weave::Error&) {
  }
  return 0;
}
