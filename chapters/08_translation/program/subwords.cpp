// What the chapter's program shows of subwords.
#include <fmt/ranges.h>
#include <utf8.h>

#include <set>

#include "chapters/08_translation/program/byte_pairs.hpp"
#include "chapters/08_translation/program/demonstrations.hpp"
#include "src/book/sections.hpp"
#include "src/data/tokens.hpp"

namespace transformer {
namespace {

constexpr std::string_view word_end = "_";

/// The letters of a word, the mark of its end with the last.
Pieces letters_of_word(std::string_view word) {
  Pieces letters;
  for (auto at = word.begin(); at != word.end();) {
    const auto begin = at;
    utf8::unchecked::next(at);
    letters.emplace_back(begin, at);
  }
  letters.back() += word_end;
  return letters;
}

Words words_of_text(const std::vector<std::string>& lines) {
  Words words;
  for (const std::string& line : lines) {
    for (const std::string_view word : split(line)) ++words[letters_of_word(word)];
  }
  return words;
}

std::string text_of_pieces(const Pieces& pieces) {
  return fmt::format("{}", fmt::join(pieces, " "));
}

Index n_pieces(const Words& words) {
  Index n = 0;
  for (const auto& [pieces, count] : words) n += count * std::ssize(pieces);
  return n;
}

/// A word that may be new, by merges that were learned, in their order.
Pieces in_pieces(std::string_view word, const std::vector<Pair>& merges) {
  Pieces pieces = letters_of_word(word);
  for (const Pair& pair : merges) pieces = merged(pieces, pair);
  return pieces;
}

}  // namespace

void show_merges(const SceneRequest& request) {
  Words words = {{letters_of_word("low"), 5},
                 {letters_of_word("lower"), 2},
                 {letters_of_word("newest"), 6},
                 {letters_of_word("widest"), 3}};
  fmt::print("text: low 5 times, lower twice, newest 6 times, widest 3 times\n");
  std::vector<TableRow> table = {{"0", "", "", std::to_string(n_pieces(words))}};
  std::vector<Pair> merges;
  for (int i = 1; i <= 8; ++i) {
    const auto [pair, count] = most_frequent_pair(words);
    words = after_merging(words, pair);
    merges.push_back(pair);
    table.push_back({std::to_string(i), fmt::format("{} {}", pair.first, pair.second),
                     std::to_string(count), std::to_string(n_pieces(words))});
  }
  print_table({"merge", "pair", "times", "pieces of the text"}, table);
  for (const std::string_view word : split(request.text("words"))) {
    fmt::print("{}: {}\n", word, text_of_pieces(in_pieces(word, merges)));
  }
}

void show_vocabulary_sizes(const SceneRequest&) {
  const ParallelText& text = toy_corpus().text;
  std::vector<std::string> lines = lines_of(text, text.source);
  const std::vector<std::string> french = lines_of(text, text.target);
  lines.insert(lines.end(), french.begin(), french.end());
  Words words = words_of_text(lines);
  Index n_words = 0;
  for (const auto& [pieces, count] : words) n_words += count;

  std::vector<Pair> merges;
  std::vector<TableRow> table;
  for (const size_t n_merges : {0, 50, 100, 200, 400}) {
    while (merges.size() < n_merges) {
      merges.push_back(most_frequent_pair(words).first);
      words = after_merging(words, merges.back());
    }
    std::set<std::string> different;
    for (const auto& [pieces, count] : words) different.insert(pieces.begin(), pieces.end());
    const double per_word = static_cast<double>(n_pieces(words)) / static_cast<double>(n_words);
    table.push_back({std::to_string(n_merges), std::to_string(different.size()),
                     number_text(per_word, 2), text_of_pieces(in_pieces("zebra", merges)),
                     text_of_pieces(in_pieces("blackbird", merges))});
  }
  print_table({"merges", "different pieces", "pieces a word", "zebra", "blackbird"}, table);
}

}  // namespace transformer
