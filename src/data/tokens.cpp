#include "src/data/tokens.hpp"

#include <fmt/format.h>
#include <utf8.h>

namespace transformer {
namespace {

constexpr std::u32string_view apostrophes = U"'’";
constexpr char32_t joiner_character = U'\uFFED';

bool is_in(std::u32string_view set, char32_t c) { return set.find(c) != set.npos; }
// A joiner in a text is a mark, so that it cannot be taken for ours.
bool separates(char32_t c) { return is_mark(c) || c == joiner_character; }
bool is_digit(char32_t c) { return c >= U'0' && c <= U'9'; }
// 0 stands for the ends of a line.
bool is_word(char32_t c) { return c != 0 && !is_white_space(c) && !separates(c); }

// What a character does to the token that is being built.
enum class Role { part, last_part, mark, space };

Role role_of(char32_t before, char32_t c, char32_t after) {
  if (is_white_space(c)) return Role::space;
  if (!separates(c)) return Role::part;
  if (is_word(before) && is_word(after)) {
    if (is_in(apostrophes, c)) return Role::last_part;
    if (is_in(U"-‐‑_", c)) return Role::part;
    if (is_in(U".,", c) && is_digit(before) && is_digit(after)) return Role::part;
  }
  return Role::mark;
}

char32_t next_code_point(const char*& position, const char* end) {
  return position == end ? U'\0' : static_cast<char32_t>(utf8::unchecked::next(position));
}

/// Splits at white space and, if wanted, at marks.
void split(std::string_view line, bool at_marks, std::vector<std::string_view>& tokens) {
  tokens.clear();
  const char* const end = line.data() + line.size();
  const char* token = line.data();  // where the current token begins
  const char* position = token;     // before the current character
  const char* next = token;         // after it
  const char* after_next = token;   // after the one after it
  const auto finish = [&](const char* token_end, const char* next_token) {
    if (token_end != token) tokens.emplace_back(token, token_end - token);
    token = next_token;
  };

  char32_t before = 0;
  char32_t current = next_code_point(next, end);
  for (after_next = next; position != end; position = next, next = after_next) {
    const char32_t after = next_code_point(after_next, end);
    const Role role = at_marks                  ? role_of(before, current, after)
                      : is_white_space(current) ? Role::space
                                                : Role::part;
    if (role == Role::space) finish(position, next);
    if (role == Role::mark) finish(position, position);
    if (role == Role::mark || role == Role::last_part) finish(next, next);
    before = current;
    current = after;
  }
  finish(end, end);
}

bool is_mark(std::string_view token) {
  const char* position = token.data();
  return separates(next_code_point(position, position + token.size()));
}

/// To which neighbours a token is joined.
struct Joints {
  bool to_last = false, to_next = false;
};

/// Tokens with a space between two that are not joined; `joins(token)` takes off what says so.
template <class Joins>
std::string joined(std::span<const std::string_view> tokens, const Joins& joins) {
  std::string text;
  bool goes_on = true;
  for (std::string_view token : tokens) {
    const Joints joints = joins(token);
    if (!goes_on && !joints.to_last) text += ' ';
    text += token;
    goes_on = joints.to_next;
  }
  return text;
}

Joints take_joiners(std::string_view& token) {
  Joints joints;
  joints.to_last = token.size() > joiner.size() && token.starts_with(joiner);
  if (joints.to_last) token.remove_prefix(joiner.size());
  joints.to_next = token.size() > joiner.size() && token.ends_with(joiner);
  if (joints.to_next) token.remove_suffix(joiner.size());
  return joints;
}

}  // namespace

void split(std::string_view line, std::vector<std::string_view>& tokens) {
  split(line, false, tokens);
}

std::vector<std::string_view> split(std::string_view line) {
  std::vector<std::string_view> tokens;
  split(line, false, tokens);
  return tokens;
}

std::vector<std::string_view> split_at_marks(std::string_view line) {
  std::vector<std::string_view> tokens;
  split(line, true, tokens);
  return tokens;
}

std::string with_spaces(std::span<const std::string_view> tokens) {
  return joined(tokens, [](std::string_view&) { return Joints(); });
}

std::string mark_joints(std::string_view line) {
  std::string marked;
  const char* last_end = nullptr;
  std::string_view last;
  for (const std::string_view token : split_at_marks(line)) {
    if (token.data() == last_end) {
      // The token of a text's own joiner never gets one at its end: so it is known by its length.
      const bool at_begin = is_mark(token) || last == joiner;
      marked += at_begin ? fmt::format(" {}", joiner) : fmt::format("{} ", joiner);
    } else if (last_end != nullptr) {
      marked += ' ';
    }
    marked += token;
    last = token;
    last_end = token.data() + token.size();
  }
  return marked;
}

std::string undo_joints(std::span<const std::string_view> tokens) {
  return joined(tokens, take_joiners);
}

std::string_view without_joiners(std::string_view token) {
  take_joiners(token);
  return token;
}

std::string undo_pieces(std::span<const std::string_view> pieces) {
  return joined(pieces, [](std::string_view& piece) {
    const Joints joints{.to_next = piece.ends_with("@@")};
    if (joints.to_next) piece.remove_suffix(2);
    return joints;
  });
}

}  // namespace transformer
