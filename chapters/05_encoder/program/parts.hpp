// The parts of a layer, shown one by one on a few numbers.
#pragma once

#include <string>
#include <vector>

#include "src/book/scenes.hpp"
#include "src/tensor/tensor.hpp"

namespace transformer {

/// 'the dog ate the cat' in four numbers a word, without positions: the first and the fourth vector
/// are the same, (5, 4).
extern const std::vector<std::string> sentence_words;
Matrix sentence();

/// What the layers' norm makes of x (n, d_model), with gain 1 and bias 0: LayerNorm(x + 0).
Matrix normalised(const Matrix& x);

/// The norm of [1, 0, 0, 0], with the right variance and with a wrong one.
void show_layer_norm(const SceneRequest&);

/// What the epsilon does to small inputs, inside the root and outside.
void show_epsilon(const SceneRequest&);

/// What a residual connection makes of a sub-layer's output, and of the gradient.
void show_residual(const SceneRequest&);

/// One word's numbers through a whole layer, `--word` counted from 0; figure one_word.
void show_one_word(const SceneRequest&);

/// The feed-forward network of each word.
void show_feed_forward(const SceneRequest&);

/// A hidden number made by hand: a question to which no linear map has the answer.
void show_question(const SceneRequest&);

/// A dropout mask on the way forward and on the way back; figure dropout.
void show_dropout(const SceneRequest&);

}  // namespace transformer
