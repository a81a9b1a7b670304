#include "docs/weave/diff.hpp"

#include <algorithm>
#include <vector>

namespace transformer::weave {
namespace {

constexpr std::size_t n_around = 2;  // equal lines shown around a difference

// One line of the whole comparison; `line` counts the lines of `before` that come before it.
struct Step {
  char sign;
  std::size_t line;
  const std::string* text;
};

// The longest common subsequence of the two texts tells which lines stay.
std::vector<Step> steps(const Lines& before, const Lines& after) {
  const std::size_t m = before.size(), n = after.size();
  std::vector<std::vector<std::size_t>> common(m + 1, std::vector<std::size_t>(n + 1, 0));
  for (std::size_t i = m; i-- > 0;) {
    for (std::size_t j = n; j-- > 0;) {
      common[i][j] = before[i] == after[j] ? common[i + 1][j + 1] + 1
                                           : std::max(common[i + 1][j], common[i][j + 1]);
    }
  }
  std::vector<Step> all;
  for (std::size_t i = 0, j = 0; i < m || j < n;) {
    if (i < m && j < n && before[i] == after[j]) {
      all.push_back({' ', i, &before[i]});
      ++i, ++j;
    } else if (i < m && (j == n || common[i + 1][j] >= common[i][j + 1])) {
      all.push_back({'-', i, &before[i]});
      ++i;
    } else {
      all.push_back({'+', i, &after[j]});
      ++j;
    }
  }
  return all;
}

}  // namespace

Difference difference(const Lines& before, const Lines& after, std::size_t first_line) {
  const std::vector<Step> all = steps(before, after);
  // A line is shown if it differs or stands close to one that does.
  std::vector<bool> shown(all.size(), false);
  Difference result{before.size(), {}};
  for (std::size_t s = 0; s < all.size(); ++s) {
    if (all[s].sign == ' ') continue;
    result.line = std::min(result.line, all[s].line);
    const std::size_t end = std::min(s + n_around + 1, all.size());
    for (std::size_t t = s - std::min(s, n_around); t < end; ++t) shown[t] = true;
  }
  for (std::size_t s = 0; s < all.size(); ++s) {
    if (!shown[s]) continue;
    if (s == 0 || !shown[s - 1]) {
      result.text += "@@ line " + std::to_string(first_line + all[s].line + 1) + " @@\n";
    }
    result.text += std::string(1, all[s].sign) + " " + *all[s].text + "\n";
  }
  return result;
}

}  // namespace transformer::weave
