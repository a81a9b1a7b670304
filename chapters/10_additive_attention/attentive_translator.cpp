#include "chapters/10_additive_attention/attentive_translator.hpp"

#include <algorithm>
#include <numeric>
#include <vector>

#include "chapters/03_scaled_dot_product_attention/attention.hpp"
#include "chapters/06_decoder/transformer.hpp"
#include "chapters/07_training_loop/loss.hpp"
#include "chapters/10_additive_attention/additive_attention.hpp"

namespace transformer {

// ---- A layer of either cell --------------------------------------------------------------------

namespace {

using EitherLayer = std::variant<GruLayer, RecurrentLayer>;

EitherLayer layer_of(ParameterStore& store, const std::string& path, AttentiveCell cell, Index d_in,
                     Index d_hidden) {
  if (cell == AttentiveCell::gru) return GruLayer(store, path, d_in, d_hidden);
  return RecurrentLayer(store, path, CellKind::lstm, d_in, d_hidden);
}

}  // namespace

AttentiveLayer::AttentiveLayer(ParameterStore& store, const std::string& path, AttentiveCell cell,
                               Index d_in, Index d_hidden)
    : layer_(layer_of(store, path, cell, d_in, d_hidden)) {}

Variable AttentiveLayer::operator()(Variable x, Variable start, const TimeSteps& steps) const {
  return std::visit([&](const auto& layer) { return layer(x, start, steps); }, layer_);
}

Variable AttentiveLayer::from_zeros(Variable x, const TimeSteps& steps) const {
  return (*this)(x, zero_state(x.tape(), steps.n_sentences(), d_state()), steps);
}

Variable AttentiveLayer::hidden(Variable states) const {
  return std::visit([&](const auto& layer) { return layer.hidden(states); }, layer_);
}

Index AttentiveLayer::d_state() const {
  return std::visit([](const auto& layer) { return layer.d_state(); }, layer_);
}

// ---- The translator ----------------------------------------------------------------------------

AttentiveTranslator::AttentiveTranslator(ParameterStore& store, const AttentiveConfig& config,
                                         Index n_vocabulary)
    : config_(config),
      embedding_(store, "embedding", n_vocabulary, config.d_model),
      forwards_(store, "encoder.forwards", config.cell, config.d_model, config.d_model),
      backwards_(store, "encoder.backwards", config.cell, config.d_model, config.d_model),
      decoder_(store, "decoder", config.cell, 3 * config.d_model, config.d_model) {
  const Index d = config.d_model;
  const auto weight = [&](const std::string& path, Index d_in, Index d_out) {
    return store.add(path, d_in, d_out, Initial::glorot(d_in, d_out));
  };
  w_start_ = weight("decoder.w_start", d, decoder_.d_state());
  b_start_ = store.add("decoder.b_start", 1, decoder_.d_state(), Initial::zeros());
  w_query_ = weight("attention.w_query", d, d);
  w_key_ = weight("attention.w_key", 2 * d, d);
  if (config.score == AttentionScore::additive) v_ = weight("attention.v", 1, d);
  w_out_ = weight("output.w", 3 * d, d);
  b_out_ = store.add("output.b", 1, d, Initial::zeros());
}

namespace {

/// The sentences of a packed batch in another order: where its rows stood, and its new offsets.
struct Reordered {
  std::span<TokenId> rows;
  Segments sentences;

  Reordered(Tape& tape, const Segments& before, std::span<const TokenId> order) {
    rows = tape.arena().allocate<TokenId>(before.n_rows());
    const std::span<Index> offsets = tape.arena().allocate<Index>(before.count() + 1);
    Index n = 0;
    for (Index i = 0; i < before.count(); ++i) {
      offsets[static_cast<size_t>(i)] = n;
      const Index s = order.empty() ? i : order[static_cast<size_t>(i)];
      for (Index row = before.begin(s); row < before.end(s); ++row) {
        rows[static_cast<size_t>(n++)] = static_cast<TokenId>(row);
      }
    }
    offsets.back() = n;
    sentences = {offsets};
  }

  /// For each of these rows, where something that stands in the old order has it.
  std::span<const TokenId> in(Tape& tape, std::span<const TokenId> places) const {
    const std::span<TokenId> found = tape.arena().allocate<TokenId>(std::ssize(rows));
    std::transform(rows.begin(), rows.end(), found.begin(),
                   [&](TokenId row) { return places[static_cast<size_t>(row)]; });
    return found;
  }
};

}  // namespace

//! [encode]
SourceMemory AttentiveTranslator::encode(Tape& tape, const PackedSentences& source,
                                         std::span<const TokenId> order) const {
  const Reordered reordered(tape, source.segments(), order);
  const auto read = [&](const AttentiveLayer& layer, const TimeSteps& steps) {
    return layer.from_zeros(embed(tape, in_time_order(tape, source.tokens, steps)), steps);
  };
  const TimeSteps there(tape, source.segments(), Reading::forwards),
      back(tape, source.segments(), Reading::backwards);
  const Variable forwards = forwards_.hidden(read(forwards_, there)),
                 backwards = backwards_.hidden(read(backwards_, back));

  // h_j = [forwards; backwards], word by word.
  const Variable states =
      join_columns(std::array{rows(forwards, reordered.in(tape, there.places)),
                              rows(backwards, reordered.in(tape, back.places))});
  // s_0 = tanh(W_s h), of what the backwards layer said at the first word.
  const Variable first = rows(backwards, back.last);
  const Variable start =
      linear(order.empty() ? first : rows(first, order), w_start_, b_start_, map_id<Tanh>);
  return {states, linear(states, w_key_), start, reordered.sentences};
}
//! [encode]

//! [look]
Variable AttentiveTranslator::look(Variable state, const SourceMemory& memory,
                                   const Segments& rows) const {
  const Variable q = linear(decoder_.hidden(state), w_query_);  // W s
  q.tape().observe("attention", "q", q);
  if (config_.score == AttentionScore::additive) {
    return additive_attention(q, memory.keys, v_, memory.states, rows, memory.sentences);
  }
  return scaled_dot_product_attention(q, memory.keys, memory.states, {rows, memory.sentences});
}
//! [look]

//! [step]
DecoderStep AttentiveTranslator::step(Variable y, Variable state, const SourceMemory& memory,
                                      const Segments& rows) const {
  const Variable context = look(state, memory, rows);
  const Variable x = join_columns(std::array{y, context});

  // Each state is a sentence that reads one token.
  const std::span<Index> one_each = y.tape().arena().allocate<Index>(y.n_rows() + 1);
  std::iota(one_each.begin(), one_each.end(), Index{0});
  return {decoder_(x, state, TimeSteps(y.tape(), {one_each})), context};
}
//! [step]

//! [decode]
Variable AttentiveTranslator::decode(std::span<const TokenId> tokens, const SourceMemory& memory,
                                     const TimeSteps& steps) const {
  Tape& tape = memory.states.tape();
  const std::span<Variable> states = tape.arena().allocate<Variable>(steps.n_steps()),
                            contexts = tape.arena().allocate<Variable>(steps.n_steps());
  Variable state = memory.start;
  for (Index t = 0; t < steps.n_steps(); ++t) {
    const Index n = steps.n_running(t);
    // The first n sentences go on, with one state each; the others have none.
    const std::span<Index> one_each = tape.arena().allocate<Index>(steps.n_sentences() + 1);
    for (Index s = 0; s <= steps.n_sentences(); ++s) {
      one_each[static_cast<size_t>(s)] = std::min(s, n);
    }
    const auto now = tokens.subspan(static_cast<size_t>(steps.begin(t)), static_cast<size_t>(n));
    const DecoderStep next =
        step(embed(tape, now), rows(state, steps.running(t)), memory, {one_each});
    states[static_cast<size_t>(t)] = state = next.state;
    contexts[static_cast<size_t>(t)] = next.context;
  }
  return said(join_rows(states), join_rows(contexts));
}
//! [decode]

Variable AttentiveTranslator::said(Variable state, Variable context) const {
  const Variable both = join_columns(std::array{decoder_.hidden(state), context});
  return dropout(linear(both, w_out_, b_out_, map_id<Tanh>), config_.p_drop);
}

Variable AttentiveTranslator::logits(Variable said) const {
  return project_to_vocabulary(said, embedding_.table());
}

//! [translation_loss]
Variable translation_loss(const AttentiveTranslator& model, Tape& tape,
                          const TranslationBatch& batch, float epsilon_ls) {
  const TimeSteps steps(tape, batch.target_input.segments());
  const SourceMemory memory = model.encode(tape, batch.source, steps.order);
  const Variable said =
      model.decode(in_time_order(tape, batch.target_input.tokens, steps), memory, steps);
  return projected_cross_entropy(said, model.embedding().table(),
                                 in_time_order(tape, batch.target_output, steps), epsilon_ls);
}
//! [translation_loss]

Matrix alignment(const AttentiveTranslator& model, Tape& tape, const PackedSentences& source,
                 const PackedSentences& target) {
  tape.begin(Mode::inference);
  std::vector<Matrix> queries;
  const auto listening = tape.listen([&](std::string_view, std::string_view, Variable q) {
    queries.push_back(matrix_of<float>(q.value()));
  });
  const TimeSteps steps(tape, target.segments());
  const SourceMemory memory = model.encode(tape, source);
  model.decode(target.tokens, memory, steps);

  const ConstMatrixView keys = memory.keys.value();
  Matrix weights = zeros(std::ssize(queries), keys.n_rows);
  for (Index i = 0; i < std::ssize(queries); ++i) {
    const ConstMatrixView q = view_of(queries[static_cast<size_t>(i)]);
    const MatrixView row = view_of(weights).rows(i, i + 1);
    if (model.config().score == AttentionScore::additive) {
      additive_weights(q, keys, model.score_vector().value(),
                       tape.scratch({keys.n_rows, keys.n_columns}), row);
    } else {
      attention_weights(q, keys, ScoreRule(Mask::none), row);
    }
  }
  return weights;
}

}  // namespace transformer
