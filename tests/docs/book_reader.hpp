// The HTML book, a server for it and a browser to read it with.
#pragma once

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <iostream>
#include <string>
#include <vector>

#include "tests/docs/chromium.hpp"
#include "tests/docs/file_server.hpp"

namespace transformer::test {

namespace fs = std::filesystem;

// The book, served, and a browser to read it with. Made once: starting a browser takes a while.
struct Reader {
  fs::path folder = fs::path(std::getenv("BOOK_FOLDER")) / "html";
  FileServer server{folder};
  Chromium browser{*Chromium::program()};

  static Reader& get() {
    static Reader reader;
    return reader;
  }
};

// Whether the book cannot be tried here; says why.
inline bool skipped() {
  const char* book = std::getenv("BOOK_FOLDER");
  if (!Chromium::program()) {
    std::cout << "skipped: there is no Chromium here; apt-get install chromium\n";
  } else if (book == nullptr || !fs::exists(fs::path(book) / "html/index.html")) {
    std::cout << "skipped: the book is not made\n";
  } else {
    return false;
  }
  return true;
}

// Every page of the book.
inline std::vector<std::string> all_pages() {
  std::vector<std::string> pages;
  for (const auto& entry : fs::directory_iterator(Reader::get().folder)) {
    if (entry.path().extension() == ".html") pages.push_back(entry.path().filename().string());
  }
  std::sort(pages.begin(), pages.end());
  return pages;
}

// The pages that a reader reads from beginning to end.
inline std::vector<std::string> chapters() {
  std::vector<std::string> pages = all_pages();
  std::erase_if(pages, [](const std::string& page) {
    const bool kept = page.starts_with("chapter_") || page == "index.html" ||
                      page == "start.html" || page == "notation.html" || page == "design.html" ||
                      page == "data_toy.html" || page == "performance.html" ||
                      page == "questions.html" || page == "glossary.html" ||
                      page == "contributing.html";
    return !kept;
  });
  return pages;
}

}  // namespace transformer::test
