// Regions of source files: what stands between two lines `//! [name]`.
#pragma once

#include <filesystem>
#include <string>

#include "docs/weave/text.hpp"

namespace transformer::weave {

/// The name of a region if the line marks one, `//! [name]`; else an empty string.
std::string region_mark(std::string_view line);

/// The lines of the region `name` of a file, without the marks of other regions and without the
/// indentation that all lines share. Throws Error where the region does not stand in the file, or
/// not between exactly two marks.
Lines read_region(const std::filesystem::path& file, std::string_view name);

}  // namespace transformer::weave
