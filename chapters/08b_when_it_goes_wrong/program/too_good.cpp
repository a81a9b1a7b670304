#include <fmt/ranges.h>

#include <cmath>

#include "chapters/08b_when_it_goes_wrong/program/beside.hpp"
#include "chapters/08b_when_it_goes_wrong/program/symptoms.hpp"
#include "chapters/08b_when_it_goes_wrong/proofs.hpp"
#include "src/book/sections.hpp"
#include "src/data/tokens.hpp"
#include "src/draw/figures.hpp"

namespace transformer {
namespace {

const std::vector<std::string> examples = {"the young boy waits", "they do not sing"};
const SentencePair pair = {"the young boy waits", "le jeune garçon attend"};

void show_what_notices(const std::string& name) {
  show_found(name, "places that notice when word 2, 'garçon', becomes 'chien'",
             [](const SmallTranslator& translator) {
               const std::vector<Index> places = places_that_notice(translator, pair, 2, "chien");
               return fmt::format("{}", fmt::join(places, " "));
             });
}

/// The weights of each head of the decoder's look back, over the pair.
std::vector<Matrix> weights_of(const SmallTranslator& translator, Mask mask) {
  std::vector<Matrix> weights;
  Tape tape(Threads::serial());
  Matrix q;
  const auto keep = [&](std::string_view path, std::string_view name, Variable variable) {
    if (path != "decoder.layer_0.self_attention") return;
    if (name == "q") {
      q = matrix_of<float>(variable.value());
      return;
    }
    const Index d_k = translator.config().d_model / translator.config().n_heads;
    for (Index h = 0; h < translator.config().n_heads; ++h) {
      Matrix& head = weights.emplace_back(zeros(variable.n_rows(), variable.n_rows()));
      attention_weights(view_of(q).columns(h * d_k, (h + 1) * d_k),
                        variable.value().columns(h * d_k, (h + 1) * d_k), mask, view_of(head));
    }
  };
  const Tape::Listening listening = tape.listen(keep);
  tape.begin(Mode::inference);
  translator.logits(tape, translator.batch_of(std::span(&pair, 1)));
  return weights;
}

std::string weights_figure() {
  const std::vector<Matrix> right = weights_of(*learner("right").translator, Mask::causal),
                            wrong = weights_of(*learner("no_causal_mask").translator, Mask::none);
  std::vector<HeatMapPanel> panels;
  for (size_t h = 0; h < right.size(); ++h) {
    panels.push_back({fmt::format("right, head {}", h), view_of(right[h])});
  }
  for (size_t h = 0; h < wrong.size(); ++h) {
    panels.push_back({fmt::format("no mask, head {}", h), view_of(wrong[h])});
  }
  std::vector<std::string> words = {"<s>"};
  for (const std::string_view word : split(pair.target)) words.emplace_back(word);
  return heat_maps(panels, {.title = "Where the decoder looks back",
                            .x_label = "looked at",
                            .y_label = "read last",
                            .row_labels = words,
                            .column_labels = words,
                            .low = 0,
                            .high = 1,
                            .n_panels_per_row = 2});
}

}  // namespace

void show_no_causal_mask(const SceneRequest& request) {
  show_beside_right("no_causal_mask", examples);
  show_what_notices("no_causal_mask");
  const auto show_loss = [](std::string_view name, const std::string& mask) {
    value(fmt::format("loss on new sentences {}", mask),
          loss_on(*learner(std::string(name)).translator, short_text().held_out));
  };
  show_loss("no_causal_mask", "without the mask");
  show_loss("right", "with the mask");
  request.draw("weights", weights_figure());
}

void show_mask_transposed(const SceneRequest&) {
  show_beside_right("mask_transposed", examples);
  show_what_notices("mask_transposed");
}

void show_target_not_shifted(const SceneRequest&) {
  show_beside_right("target_not_shifted", examples);
  show_what_notices("target_not_shifted");
  const ShortText& text = short_text();
  value("logarithm of the size of the vocabulary",
        std::log(static_cast<double>(text.vocabulary.size())));
}

}  // namespace transformer
