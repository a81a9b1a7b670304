#include "chapters/08b_when_it_goes_wrong/program/beside.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "src/book/sections.hpp"

namespace transformer {

std::string readable(const std::string& name) {
  std::string words = name;
  std::replace(words.begin(), words.end(), '_', ' ');
  return words;
}

std::string right_one(const std::string& name) {
  const std::string teacher = teacher_of(name);
  return teacher.empty() ? "right" : teacher;
}

std::string translation_of(const SmallTranslator& translator, const std::string& line,
                           std::uint64_t seed) {
  const std::string text =
      translator.text_of(translator.translate(std::span(&line, 1), seed).front());
  return text.empty() ? "(nothing)" : text;
}

std::string difference_text(double difference) {
  if (difference == 0) return "0";
  return difference < 1e-3 ? "rounding" : number_text(difference, 2);
}

void show_beside_right(const std::string& name, const std::vector<std::string>& sources) {
  const std::vector<std::string> names = {right_one(name), name};
  learn(names);
  std::vector<TableRow> table;
  const auto add = [&](const std::string& what, int digits,
                       FunctionRef<double(const Learner&)> number) {
    TableRow& row = table.emplace_back(TableRow{what});
    for (const std::string& one : names) row.push_back(number_text(number(learner(one)), digits));
  };
  for (const size_t step : {1, 50, 100, 200}) {
    add(fmt::format("loss at step {}", step), 2,
        [step](const Learner& one) { return one.losses[step - 1]; });
  }
  add("loss of the last steps", 2, [](const Learner& one) { return last_loss(one); });
  const std::vector<SentencePair>& new_pairs = short_text().held_out;
  add("loss on new sentences", 2,
      [&](const Learner& one) { return loss_on(*one.translator, new_pairs); });
  add("new sentences right, %", 0,
      [&](const Learner& one) { return percent_right(*one.translator, new_pairs); });
  print_table({"", readable(names[0]), readable(name)}, table);
  for (const std::string& source : sources) {
    fmt::print("{}\n", source);
    for (const std::string& one : names) {
      fmt::print("  {}: {}\n", readable(one), translation_of(*learner(one).translator, source));
    }
  }
}

void show_found(const std::string& name, const std::string& what,
                FunctionRef<std::string(const SmallTranslator&)> test) {
  learn({right_one(name), name});
  fmt::print("{}\n", what);
  for (const std::string& one : {right_one(name), name}) {
    fmt::print("  {}: {}\n", readable(one), test(*learner(one).translator));
  }
}

}  // namespace transformer
