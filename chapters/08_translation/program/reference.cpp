// Compares the chapter's piece with what PyTorch computed.
#include <cmath>

#include "chapters/06_decoder/greedy.hpp"
#include "src/book/reference.hpp"
#include "src/book/scenes.hpp"
#include "src/kernels/kernels.hpp"

namespace transformer {
namespace {

/// The log-probability of each token that was written, with the cache, one token at a time.
std::vector<double> token_log_probabilities(const Transformer& model, Tape& tape,
                                            const PackedSentences& source,
                                            const std::vector<Translation>& translations) {
  std::vector<double> result;
  for (Index s = 0; s < source.n_sentences(); ++s) {
    PackedSentences alone;
    for (const TokenId token : source.sentence(s)) alone.push(token);
    alone.end_sentence();
    GrowingTranslations growing(model, tape, alone);
    TokenId newest = SentenceMarks{}.begin;
    for (const TokenId token : translations[static_cast<size_t>(s)].tokens) {
      const ConstMatrixView logits = growing.append({&newest, 1});
      Matrix probabilities = zeros(logits.n_rows, logits.n_columns);
      const MatrixView p = view_of(probabilities);
      softmax_forward(logits, 1, Mask::none, p);
      result.push_back(std::log(static_cast<double>(p(0, token))));
      newest = token;
    }
  }
  return result;
}

}  // namespace

void check_reference(ReferenceCheck& check) {
  ModelConfig config{.p_drop = 0.0f};
  check.read_settings(config);
  ParameterStore store(0);
  const Transformer model(store, config, 17);
  check.load_values(store);
  const PackedSentences source{check.tokens("source_tokens"), check.offsets("source_offsets")};

  Tape tape(Threads::serial());
  const std::vector<Translation> translations = greedy_decode(model, tape, source);
  PackedSentences written;
  std::vector<double> log_probabilities;
  std::vector<Index> complete;
  for (const Translation& translation : translations) {
    for (const TokenId token : translation.tokens) written.push(token);
    written.end_sentence();
    log_probabilities.push_back(translation.log_probability);
    complete.push_back(translation.complete ? 1 : 0);
  }
  check.compare("outputs/tokens", written.tokens);
  check.compare("outputs/offsets", written.offsets);
  check.compare("outputs/complete", complete);
  check.compare("outputs/log_probabilities", log_probabilities);
  check.compare("outputs/token_log_probabilities",
                token_log_probabilities(model, tape, source, translations));
}

}  // namespace transformer
