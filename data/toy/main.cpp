// make_toy_corpus FOLDER: writes {train,valid,test}.{en,fr}.
#include <fmt/format.h>

#include <cstdio>
#include <fstream>

#include "data/toy/corpus.hpp"
#include "src/base/error.hpp"

using namespace transformer;

namespace {

void write_side(const std::string& path, const std::vector<toy::SentencePair>& pairs,
                std::string toy::SentencePair::*side) {
  std::ofstream file(path, std::ios::binary);
  if (!file) fail(ExitCode::cannot_create, "{}: cannot be created; is the folder there?", path);
  for (const toy::SentencePair& pair : pairs) file << pair.*side << '\n';
  file.close();
  if (!file) fail(ExitCode::io, "{}: could not be written in full; is the disk full?", path);
}

void write_part(const std::string& stem, const std::vector<toy::SentencePair>& pairs) {
  write_side(stem + ".en", pairs, &toy::SentencePair::english);
  write_side(stem + ".fr", pairs, &toy::SentencePair::french);
  fmt::print("{}.{{en,fr}}: {} pairs\n", stem, pairs.size());
}

}  // namespace

int main(int n_arguments, char** arguments) try {
  if (n_arguments != 2) fail(ExitCode::usage, "usage: make_toy_corpus FOLDER");
  const std::string folder = arguments[1];
  const toy::Corpus corpus = toy::make_corpus();
  write_part(folder + "/train", corpus.train);
  write_part(folder + "/valid", corpus.valid);
  write_part(folder + "/test", corpus.test);
} catch (const Error& error) {
  fmt::print(stderr, "error: {}\n", error.what());
  return static_cast<int>(error.code());
}
