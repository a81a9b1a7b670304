// What the HTML book knows about itself: its list of pages, what its search finds, its symbols.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace transformer::weave {

using Paths = std::vector<std::filesystem::path>;

/// The list of pages as HTML: chapters, notes, and data, each with the minutes that a reader needs.
std::string contents_of_book(const Paths& pages, const std::filesystem::path& root);

/// A script that sets `book.sections`: [address, title of the page, heading, text] of each section.
std::string searchable_sections(const Paths& pages, const std::filesystem::path& root);

/// A script that sets `book.names`: [name, kind, scope, address] of each class, function, ... that
/// a tag file of Doxygen lists.
std::string searchable_names(const std::filesystem::path& tag_file);

/// A script that sets `book.symbols`: [symbol in TeX or empty, C++ name or empty, meaning] of each
/// row of a table whose first columns are headed `symbol`, `meaning` and `C++ name`.
std::string symbols_of(const std::filesystem::path& page);

}  // namespace transformer::weave
