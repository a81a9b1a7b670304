// The HTML book, a server for it and a browser to read it with.
#pragma once

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <iostream>
#include <regex>
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

// The pages that a reader reads: those that the contents list.
inline std::vector<std::string> chapters() {
  static const std::regex listed(R"re(<a href="([^"]+)" data-minutes=)re");
  const std::string text = bytes_of(Reader::get().folder / "index.html");
  std::vector<std::string> pages;
  for (std::sregex_iterator hit(text.begin(), text.end(), listed), end; hit != end; ++hit) {
    pages.push_back(hit->str(1));
  }
  return pages;
}

}  // namespace transformer::test
