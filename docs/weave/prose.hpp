// What can be wrong with a page whatever its program prints.
#pragma once

#include <filesystem>

#include "docs/weave/finding.hpp"
#include "docs/weave/page.hpp"

namespace transformer::weave {

/// Fences that stay open; formulas that a code host would mangle, since it reads them as Markdown
/// first; what Doxygen does not understand.
Findings check_prose(const Page& page);

/// Links and images whose file, folder or anchor does not exist, or lies outside `root`.
Findings check_links(const Page& page, const std::filesystem::path& root);

/// The last line of a chapter's page: links to the chapter before it, the contents, and the next.
Findings check_chain(const Page& page);

}  // namespace transformer::weave
