#include "chapters/08_translation/typed_line.hpp"

#include <fmt/ranges.h>
#include <utf8.h>

#include <algorithm>
#include <unordered_set>

#include "src/data/tokens.hpp"

namespace transformer {
namespace {

bool is_only_marks(std::string_view token) {
  for (auto position = token.begin(); position != token.end();) {
    if (!is_mark(static_cast<char32_t>(utf8::unchecked::next(position)))) return false;
  }
  return true;
}

/// Reads word by word; knows what stands at the end so far.
class Reader {
 public:
  explicit Reader(const Vocabulary& vocabulary) : vocabulary_(vocabulary) {}

  void read(std::string_view token) {
    if (take(token)) return;
    const std::vector<std::string_view> parts = split_at_marks(without_joiners(token));
    // Marks before the word, the word, marks after it.
    auto begin = parts.begin(), end = parts.end();
    while (begin != end && is_only_marks(*begin)) take_or_leave_out(*begin++);
    while (begin != end && is_only_marks(*(end - 1))) --end;
    if (begin != end) read_core({begin, end});
    for (auto mark = end; mark != parts.end(); ++mark) take_or_leave_out(*mark);
  }

  /// A piece is what it is.
  void read_piece(std::string_view piece) {
    if (take(vocabulary_.id(piece))) return;
    line.ids.push_back(Vocabulary::unknown);
    line.unknown.emplace_back(piece);
  }

  TypedLine line;

 private:
  /// As it stands, in lower case, and with a space beside it that training never saw there.
  TokenId number_of(std::string_view token) const {
    if (const TokenId id = vocabulary_.id(token); id != Vocabulary::unknown) return id;
    const std::string_view bare = without_joiners(token);
    for (const std::string& form :
         {lower_case(token), std::string(bare), lower_case(bare), fmt::format("{}{}", joiner, bare),
          fmt::format("{}{}", bare, joiner)}) {
      if (const TokenId id = vocabulary_.id(form); id != Vocabulary::unknown) return id;
    }
    return Vocabulary::unknown;
  }

  bool take(TokenId id) {
    if (id == Vocabulary::unknown) return false;
    line.ids.push_back(id);
    line.end_mark.clear();
    return true;
  }
  bool take(std::string_view token) { return take(number_of(token)); }

  void take_or_leave_out(std::string_view mark) {
    if (take(mark)) return;
    line.left_out.emplace_back(mark);
    line.end_mark += mark;
  }

  /// A word without marks around it: as one, in parts that are all known, or unknown.
  void read_core(std::span<const std::string_view> parts) {
    const std::string_view whole(parts.front().data(),
                                 parts.back().data() + parts.back().size() - parts.front().data());
    if (take(whole)) return;
    const auto known = [&](std::string_view part) {
      return number_of(part) != Vocabulary::unknown;
    };
    if (std::all_of(parts.begin(), parts.end(), known)) {
      for (const std::string_view part : parts) take(part);
      return;
    }
    line.ids.push_back(Vocabulary::unknown);
    line.unknown.emplace_back(whole);
    line.end_mark.clear();
  }

  const Vocabulary& vocabulary_;
};

/// Each text once, in the order of the first time; the last ones only as a number.
std::string listed(const std::vector<std::string>& texts) {
  constexpr size_t most = 20;
  std::unordered_set<std::string_view> different;
  std::vector<std::string_view> shown;
  for (const std::string& text : texts) {
    if (different.insert(text).second && shown.size() < most) shown.push_back(text);
  }
  const std::string more = shown.size() < different.size()
                               ? fmt::format(" and {} more", different.size() - shown.size())
                               : std::string();
  return fmt::format("{}{}", fmt::join(shown, ", "), more);
}

}  // namespace

TypedLine read_typed_line(std::string_view text, const Tokenizer& tokenizer,
                          const Vocabulary& vocabulary) {
  const std::string tokens = tokenizer.tokens_of(normalised(std::string(text)));
  Reader reader(vocabulary);
  for (const std::string_view token : split(tokens)) {
    is_learned(tokenizer.splitting()) ? reader.read_piece(token) : reader.read(token);
  }
  reader.line.n_words = reader.line.ids.size();
  return std::move(reader.line);
}

std::string report_unknown(const std::vector<TypedLine>& lines) {
  std::vector<std::string> unknown, left_out;
  size_t n_words = 0;
  for (const TypedLine& line : lines) {
    n_words += line.n_words;
    unknown.insert(unknown.end(), line.unknown.begin(), line.unknown.end());
    left_out.insert(left_out.end(), line.left_out.begin(), line.left_out.end());
  }
  std::string report;
  if (!unknown.empty()) {
    report +=
        fmt::format("unknown: {} ({} of {} words)\n", listed(unknown), unknown.size(), n_words);
  }
  if (!left_out.empty()) {
    report += fmt::format(
        "left out, since the vocabulary has no such mark: {}; at the end of a line it is put "
        "back\n",
        listed(left_out));
  }
  return report;
}

}  // namespace transformer
