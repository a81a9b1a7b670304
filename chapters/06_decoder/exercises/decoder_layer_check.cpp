// Checks decoder_layer against the chapter's own, part by part the same.
#include <string>
#include <vector>

#include "chapters/06_decoder/decoder.hpp"
#include "chapters/06_decoder/exercises/decoder_layer.hpp"
#include "src/book/examples.hpp"
#include "src/book/exercise.hpp"

namespace transformer {
namespace {

constexpr ModelConfig config{.d_model = 8, .d_ff = 16, .n_heads = 2, .n_layers = 1, .p_drop = 0.0f};

/// A layer's numbers: gains that differ, or nobody could tell the three norms apart.
void fill(const ParameterStore& store) {
  std::uint64_t seed = 0;
  for (const Parameter& parameter : store.parameters()) {
    const MatrixView value = parameter.value();
    const Matrix numbers = normal_matrix(value.n_rows, value.n_columns, ++seed, 0.2);
    copy_to(view_of(numbers), value);
  }
}

/// Whole sentences on a tape of their own.
Matrix on_tape(const std::function<Variable(Tape&)>& piece) {
  Tape tape(Threads::serial());
  return matrix_of<float>(ConstMatrixView(piece(tape).value()));
}

std::vector<Index> whole(const Matrix& rows) { return {0, static_cast<Index>(rows.shape(0))}; }

struct Layer {
  ParameterStore store{1}, twin{1};
  SelfAttention self_attention{store, "self_attention", config.d_model, config.n_heads};
  ResidualNorm norm_1{store, "norm_1", config};
  CrossAttention cross_attention{store, "cross_attention", config.d_model, config.n_heads};
  ResidualNorm norm_2{store, "norm_2", config};
  FeedForward feed_forward{store, "feed_forward", config};
  ResidualNorm norm_3{store, "norm_3", config};
  DecoderLayer layer{twin, "layer", config};

  Layer() { fill(store), fill(twin); }

  DecoderParts parts() const {
    const auto norm = [](const ResidualNorm& piece) {
      return [&piece](const Matrix& y, const Matrix& said) {
        return on_tape([&](Tape& t) { return piece(t.input(view_of(y)), t.input(view_of(said))); });
      };
    };
    return {[this](const Matrix& y, Sight sight) {
              const Mask mask = sight == Sight::everything ? Mask::none : Mask::causal;
              const std::vector<Index> rows = whole(y);
              return on_tape(
                  [&](Tape& t) { return self_attention(t.input(view_of(y)), {rows}, mask); });
            },
            [this](const Matrix& asking, const Matrix& asked) {
              const std::vector<Index> rows = whole(asking), keys = whole(asked);
              return on_tape([&](Tape& t) {
                return cross_attention(t.input(view_of(asking)), {rows}, t.input(view_of(asked)),
                                       {keys});
              });
            },
            [this](const Matrix& y) {
              return on_tape([&](Tape& t) { return feed_forward(t.input(view_of(y))); });
            },
            norm(norm_1),
            norm(norm_2),
            norm(norm_3)};
  }

  Matrix right(const Matrix& y, const Matrix& memory) const {
    const std::vector<Index> rows = whole(y), keys = whole(memory);
    return on_tape([&](Tape& t) {
      return layer(t.input(view_of(y)), {rows}, t.input(view_of(memory)), {keys});
    });
  }
};

}  // namespace
}  // namespace transformer

int main() {
  using namespace transformer;
  const Layer layer;
  const DecoderParts p = layer.parts();
  const Matrix y = normal_matrix(4, 8, 100), memory = normal_matrix(3, 8, 101),
               other = normal_matrix(3, 8, 102);
  Matrix changed = y;
  xt::row(changed, 3) += 1;
  const auto difference = [](const Matrix& a, const Matrix& b) {
    return largest_difference(view_of(a).rows(0, 1), view_of(b).rows(0, 1));
  };
  const Matrix actual = exercise_decoder_layer(p, y, memory);

  Exercise exercise("decoder_layer");
  exercise.expect("change of the first position when the last token changes",
                  difference(actual, exercise_decoder_layer(p, changed, memory)), 0,
                  "the first position has seen what comes after it", 0);
  const double by_source = difference(actual, exercise_decoder_layer(p, y, other));
  exercise.expect("does another source change anything", by_source > 0 ? "yes" : "no", "yes",
                  "the source has no influence: who looks at the memory?");

  const Matrix a = p.norm_1(y, p.self_attention(y, Sight::nothing_later));
  const Matrix f = p.norm_2(a, p.feed_forward(a)),
               swapped = p.norm_3(f, p.cross_attention(f, memory)),
               b = p.norm_2(y, p.cross_attention(a, memory)),
               old_y = p.norm_3(b, p.feed_forward(b)), expected = layer.right(y, memory);
  exercise.name_places({"<s>", "le", "chien", "dort"}, {});
  exercise.expect(
      "what leaves the layer", view_of(actual), view_of(expected),
      {{view_of(swapped), "in Figure 1 the feed-forward network comes last"},
       {view_of(old_y), "the second sum adds what went into the second sub-layer, and not y"}},
      "three sub-layers, three norms: follow Figure 1 from the bottom to the top", 1e-4);
  return exercise.finish();
}
