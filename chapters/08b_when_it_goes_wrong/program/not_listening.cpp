#include <fmt/format.h>

#include <cmath>
#include <map>
#include <set>

#include "chapters/08b_when_it_goes_wrong/program/beside.hpp"
#include "chapters/08b_when_it_goes_wrong/program/symptoms.hpp"
#include "chapters/08b_when_it_goes_wrong/proofs.hpp"
#include "src/book/sections.hpp"
#include "src/data/tokens.hpp"

namespace transformer {
namespace {

const std::vector<std::string> examples = {"the young boy waits", "they do not sing",
                                           "the women are old"};

/// How many different translations the new sentences get.
size_t n_different(const SmallTranslator& translator) {
  const std::vector<std::string> all = translations_of(translator, short_text().held_out);
  return std::set<std::string>(all.begin(), all.end()).size();
}

/// The loss of one who knows how frequent each token is, and nothing else: the entropy of the
/// targets' tokens.
double loss_of_frequencies() {
  std::map<std::string, double, std::less<>> counts;
  for (const SentencePair& pair : short_text().training) {
    for (const std::string_view word : split(pair.target)) ++counts[std::string(word)];
    ++counts["</s>"];
  }
  double n = 0, entropy = 0;
  for (const auto& [word, count] : counts) n += count;
  for (const auto& [word, count] : counts) entropy -= count / n * std::log(count / n);
  return entropy;
}

}  // namespace

void show_source_not_read(const SceneRequest&) {
  show_beside_right("source_not_read", examples);
  fmt::print("different translations of {} new sentences\n", short_text().held_out.size());
  value("when the source is read", n_different(*learner("right").translator));
  value("when it is not", n_different(*learner("source_not_read").translator));
  show_found(
      "source_not_read", "how far two sources move the logits of one target",
      [](const SmallTranslator& translator) {
        return difference_text(difference_by_source(
            translator, {"the young boy waits", "le jeune garçon attend"}, "the bird sleeps"));
      });
}

void show_other_vocabulary(const SceneRequest&) {
  show_beside_right("other_vocabulary", examples);
  for (const std::string& line : examples) {
    show_found("other_vocabulary", fmt::format("'{}', as it is read", line),
               [&](const SmallTranslator& translator) { return as_read(translator, line); });
  }
}

void show_rate_too_high(const SceneRequest&) {
  show_beside_right("rate_too_high", examples);
  value("the loss of one who knows only how frequent each token is", loss_of_frequencies());
}

void show_positions_forgotten(const SceneRequest&) {
  const std::string a = "the tired men are old", b = "the old men are tired";
  show_beside_right("positions_forgotten", {a, b});
  show_found("positions_forgotten", "how far these two sources move the logits of one target",
             [&](const SmallTranslator& translator) {
               return difference_text(difference_by_source(translator, {a, "les hommes"}, b));
             });
}

}  // namespace transformer
