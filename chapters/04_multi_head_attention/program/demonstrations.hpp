// Why several heads, and where their gradients come from.
#pragma once

#include <string>

#include "src/book/scenes.hpp"
#include "src/tensor/tensor.hpp"

namespace transformer {

/// Who did what to whom in two sentences, as one head sees it and as two do.
void show_why_heads(const SceneRequest&);

/// What the queries of each head learn of a change in the last column of x. w_qkv is that of
/// a SelfAttention.
void show_whole_word(ConstMatrixView x, ConstMatrixView w_qkv, Index n_heads);

/// How much a word looks at itself where queries and keys are the same, and where they are not.
void show_same_projection(const SceneRequest&);

/// What padding does to a sentence in the padded form, with a mask and without.
void show_padding(const SceneRequest&);

/// Two heads that learn two things to look at, beside one that must do both; figure heads.
void show_heads(const SceneRequest&);

/// From x to y with two heads, as a picture.
std::string multi_head_figure();

/// How many parameters attention has, with any number of heads.
void show_parameters(const SceneRequest&);

/// The shapes and the weights where one sequence attends to another.
void show_cross_attention(const SceneRequest&);

/// Gradients of the reference's self-attention beside numeric differences and PyTorch's.
void show_receipts(const SceneRequest&);

/// One head and two, trained to tell who ate whom among ever more nouns; figures who_ate_whom,
/// losses.
void show_who_ate_whom(const SceneRequest&);

}  // namespace transformer
