// Text files, whatever is in them: to lines, tokens, and back.
#include <vector>

#include "chapters/08_translation/typed_line.hpp"
#include "src/data/lines.hpp"
#include "src/data/tokens.hpp"
#include "tests/fuzz/fuzz.hpp"

using namespace transformer;
using namespace transformer::fuzz;

namespace {

const Vocabulary& vocabulary() {
  static const std::vector<std::string> words = {"the", "cat", "\uFFED.", "l'", "\u00E9t\u00E9"};
  static const Vocabulary some(words);
  return some;
}

void read_line(const std::string& line) {
  require(find_invalid_utf8(line) == line.size());
  const std::string text = normalised(line);
  require(normalised(text) == text);
  for (const Splitting splitting : {Splitting::spaces, Splitting::pieces, Splitting::punctuation}) {
    const Tokenizer tokenizer(splitting);
    const std::string tokens = tokenizer.tokens_of(text);
    const std::string back = tokenizer.text_of(split(tokens));
    require(find_invalid_utf8(back) == back.size());
    if (splitting != Splitting::pieces) require(tokenizer.tokens_of(back) == tokens);
    const TypedLine typed = read_typed_line(line, tokenizer, vocabulary());
    report_unknown({typed});
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t n) {
  const MemoryFile memory(text_of(bytes, n));
  for (const InvalidUtf8 policy : {InvalidUtf8::refuse, InvalidUtf8::replace}) {
    allow_errors([&] {
      LineReader reader(memory.path(), policy);
      for (std::string line; reader.next(line);) read_line(line);
    });
  }
  return 0;
}
