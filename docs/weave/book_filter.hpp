// What Doxygen 1.9.4 reads in the place of a file: the same lines, in words that it understands.
#pragma once

#include <filesystem>
#include <string>

namespace transformer::weave {

/// The text of a file as Doxygen should read it, line for line, so that its warnings name the right
/// line.
/// - Pages: formulas as commands; a label for every heading; links to pages, headings and sources
///   as references; images by their path from `root`; a table of contents; no markers.
/// - Sources: the opening comment documents the file; no marks of regions, which Doxygen would take
///   for documentation; no elements and lists in documentation by accident; nothing of
///   unnamed namespaces.
/// Links to files that are not part of the book become plain text.
std::string filtered(const std::filesystem::path& file, const std::filesystem::path& root);

/// The label of a page in the book, which is the name of its HTML file:
/// "chapter_03_scaled_dot_product_attention" for the page of that chapter, "index" for the README
/// of the project, "notation" for docs/notation.md, "data_toy" for data/toy/README.md.
std::string page_label(const std::filesystem::path& page, const std::filesystem::path& root);

}  // namespace transformer::weave
