#include "src/data/tokens.hpp"

#include <utf8.h>

#include <iterator>

namespace transformer {
namespace {

// Marks that stick to what is before or after them.
constexpr std::u32string_view closing = U".,?!;:)]}%…”";
constexpr std::u32string_view opening = U"([{¿¡“„";
constexpr std::u32string_view apostrophes = U"'’";

bool is_in(std::u32string_view set, char32_t c) { return set.find(c) != set.npos; }
bool is_digit(char32_t c) { return c >= U'0' && c <= U'9'; }
// 0 stands for the ends of a line.
bool is_word(char32_t c) { return c != 0 && !is_white_space(c) && !is_mark(c); }

// What a character does to the token that is being built.
enum class Role { part, last_part, mark, space };

Role role_of(char32_t before, char32_t c, char32_t after) {
  if (is_white_space(c)) return Role::space;
  if (!is_mark(c)) return Role::part;
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

char32_t only_code_point(std::string_view token) {
  const char* position = token.data();
  const char* end = position + token.size();
  const char32_t first = next_code_point(position, end);
  return position == end ? first : U'\0';
}

bool is_elision(std::string_view token) {
  return (token.ends_with("'") && token.size() > 1) || (token.ends_with("’") && token.size() > 3);
}

}  // namespace

std::optional<Splitting> splitting_named(std::string_view name) {
  for (const Splitting splitting : {Splitting::spaces, Splitting::pieces, Splitting::punctuation}) {
    if (name == name_of(splitting)) return splitting;
  }
  return {};
}

std::string_view name_of(Splitting splitting) {
  if (splitting == Splitting::punctuation) return "punctuation";
  return splitting == Splitting::spaces ? "spaces" : "pieces";
}

void split(std::string_view line, Splitting splitting, std::vector<std::string_view>& tokens) {
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
    const Role role = splitting == Splitting::punctuation ? role_of(before, current, after)
                      : is_white_space(current)           ? Role::space
                                                          : Role::part;
    if (role == Role::space) finish(position, next);
    if (role == Role::mark) finish(position, position);
    if (role == Role::mark || role == Role::last_part) finish(next, next);
    before = current;
    current = after;
  }
  finish(end, end);
}

std::vector<std::string_view> split(std::string_view line, Splitting splitting) {
  std::vector<std::string_view> tokens;
  split(line, splitting, tokens);
  return tokens;
}

std::string join(std::span<const std::string_view> tokens) {
  std::string text;
  bool glue = true;        // to what comes next
  bool is_quoted = false;  // inside "
  for (const std::string_view token : tokens) {
    const char32_t mark = only_code_point(token);
    const bool closes = is_in(closing, mark) || (mark == U'"' && is_quoted);
    if (!glue && !closes) text += ' ';
    text += token;
    glue = is_elision(token) || is_in(opening, mark) || (mark == U'"' && !is_quoted);
    if (mark == U'"') is_quoted = !is_quoted;
  }
  return text;
}

std::string text_of(std::span<const std::string_view> tokens, Splitting splitting) {
  if (splitting == Splitting::punctuation) return join(tokens);
  std::string text;
  bool goes_on = true;  // what comes next belongs to the same word
  for (std::string_view token : tokens) {
    if (!goes_on) text += ' ';
    goes_on = splitting == Splitting::pieces && token.ends_with("@@");
    if (goes_on) token.remove_suffix(2);
    text += token;
  }
  return text;
}

}  // namespace transformer
