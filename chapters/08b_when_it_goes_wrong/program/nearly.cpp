#include <fmt/format.h>

#include "chapters/08b_when_it_goes_wrong/program/beside.hpp"
#include "chapters/08b_when_it_goes_wrong/program/symptoms.hpp"
#include "chapters/08b_when_it_goes_wrong/proofs.hpp"
#include "src/book/sections.hpp"

namespace transformer {
namespace {

const std::vector<std::string> examples = {"the young boy waits", "they do not sing"};

/// How many new sentences are right beside a line of so many words, in percent.
double percent_right_beside(const SmallTranslator& translator, Index n_words) {
  std::vector<SentencePair> pairs = short_text().held_out;
  std::string line;
  for (Index i = 0; i < n_words; ++i) line += "the ";
  pairs.push_back({line, "(nobody knows)"});
  const auto n = static_cast<double>(pairs.size());
  return percent_right(translator, pairs) * n / (n - 1);
}

}  // namespace

void show_wrong_first_token(const SceneRequest&) {
  show_beside_right("wrong_first_token", examples);
  show_found("wrong_first_token",
             "a translation's log-probability: how far writing is from training's way",
             [](const SmallTranslator& translator) {
               return difference_text(difference_by_way(translator, "the bird sleeps"));
             });
}

void show_padding_seen(const SceneRequest&) {
  show_beside_right("padding_seen", examples);
  std::vector<TableRow> table;
  for (const Index n_words : {5, 10, 20, 30}) {
    TableRow& row = table.emplace_back(TableRow{std::to_string(n_words)});
    for (const std::string name : {"right", "padding_seen"}) {
      row.push_back(number_text(percent_right_beside(*learner(name).translator, n_words), 0));
    }
  }
  print_table({"beside a line of so many words: new sentences right, %", "right", "padding seen"},
              table);
  value("right of those without company, %",
        percent_right(*learner("padding_seen").translator, short_text().held_out), 0);
  value("right beside a line of 20 words, %",
        percent_right_beside(*learner("padding_seen").translator, 20), 0);
  show_found("padding_seen", "how far a longer neighbour moves the logits",
             [](const SmallTranslator& translator) {
               return difference_text(difference_by_company(
                   translator, {"the bird sleeps", "l' oiseau dort"},
                   {"are the schools big ?", "est-ce que les écoles sont grandes ?"}));
             });
}

void show_dropout_left_on(const SceneRequest&) {
  const std::string source = "these happy small children sleep";
  show_beside_right("dropout_left_on", examples);
  for (const std::string& name : {right_one("dropout_left_on"), std::string("dropout_left_on")}) {
    fmt::print("{}, '{}' four times\n", readable(name), source);
    for (const std::uint64_t seed : {1, 2, 3, 4}) {
      fmt::print("  {}\n", translation_of(*learner(name).translator, source, seed));
    }
  }
  show_found("dropout_left_on", "how far two runs are apart in log-probability",
             [&](const SmallTranslator& translator) {
               return difference_text(difference_by_run(translator, source));
             });
}

void show_scale_forgotten(const SceneRequest&) {
  show_beside_right("scale_forgotten", examples);
  std::vector<TableRow> table;
  for (const Index d_k : {4, 16, 64}) {
    TableRow& row = table.emplace_back(TableRow{std::to_string(d_k)});
    for (const std::string name : {"right", "scale_forgotten"}) {
      row.push_back(number_text(variance_of_scores(*learner(name).translator, d_k), 1));
    }
  }
  print_table({"d_k: variance of the scores", "right", "scale forgotten"}, table);
}

}  // namespace transformer
