#include "chapters/07_training_loop/translation_loss.hpp"
#include "chapters/09_recurrent_networks/growing_recurrent.hpp"
#include "chapters/10_additive_attention/growing_attentive.hpp"
#include "chapters/10_additive_attention/program/race.hpp"

namespace transformer {
namespace {

constexpr float epsilon_ls = 0.1f;

//! [racer]
template <class Model>
class RacerOf : public Racer {
 public:
  template <class Config>
  RacerOf(const Config& config, Index n_vocabulary, const Schedule& schedule, std::uint64_t seed)
      : store_(seed),
        model_(store_, config, n_vocabulary),
        trainer_(store_, schedule, Threads::serial(), seed, {.clip_norm = 1.0f}),
        writing_(Threads::serial()) {}

  void step(const TranslationBatch& batch) override {
    trainer_.step([&](Tape& tape) { return translation_loss(model_, tape, batch, epsilon_ls); });
  }
  std::vector<Translation> translate(const PackedSentences& source) override {
    return greedy_decode(model_, writing_, source);
  }
  Index n_parameters() const override { return store_.n_parameters(); }

 private:
  ParameterStore store_;
  Model model_;
  Trainer trainer_;
  Tape writing_;
};
//! [racer]

template <CellKind cell>
std::unique_ptr<Racer> recurrent(const RaceRules& rules, Index d_model, Index n_vocabulary,
                                 std::uint64_t seed) {
  const RecurrentConfig config{
      .cell = cell, .d_model = d_model, .p_drop = rules.transformer.p_drop};
  return std::make_unique<RacerOf<SequenceToSequence>>(config, n_vocabulary, rules.of_recurrent,
                                                       seed);
}

template <AttentionScore score>
std::unique_ptr<Racer> attentive(const RaceRules& rules, Index d_model, Index n_vocabulary,
                                 std::uint64_t seed) {
  const AttentiveConfig config{AttentiveCell::lstm, score, d_model, rules.transformer.p_drop};
  return std::make_unique<RacerOf<AttentiveTranslator>>(config, n_vocabulary, rules.of_recurrent,
                                                        seed);
}

std::unique_ptr<Racer> of_the_paper(const RaceRules& rules, Index d_model, Index n_vocabulary,
                                    std::uint64_t seed) {
  ModelConfig config = rules.transformer;
  config.d_model = d_model;
  return std::make_unique<RacerOf<Transformer>>(config, n_vocabulary, rules.of_transformer, seed);
}

}  // namespace

const std::vector<Contender>& contenders() {
  static const std::vector<Contender> all = {
      {"RNN", recurrent<CellKind::rnn>},
      {"LSTM", recurrent<CellKind::lstm>},
      {"LSTM, additive attention", attentive<AttentionScore::additive>},
      {"LSTM, dot-product attention", attentive<AttentionScore::dot_product>},
      {"Transformer", of_the_paper}};
  return all;
}

}  // namespace transformer
