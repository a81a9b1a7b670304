// 'the dog ate the cat', with queries, keys and values that can be read.
#pragma once

#include <string>
#include <vector>

#include "src/book/scenes.hpp"
#include "src/tensor/tensor.hpp"

namespace transformer {

inline const std::vector<std::string> example_words = {"the", "dog", "ate", "the", "cat"};

//! [example]
/// Made by hand, so that they can be read: in a model all three are learned (chapter 04).
struct Example {
  // What each word looks for: an article, a noun, a verb, a place further right.
  Matrix q = {{0, 3, 0, -1},  // the: a noun, not far to the right
              {2, 0, 2, -1},  // dog: its article, and what it does
              {0, 4, 0, -1},  // ate: the nouns, the first one rather
              {0, 3, 0, 1},   // the
              {2, 0, 2, 1}};  // cat
  // What each word is: article, noun, verb, and its place from -1 to 1.
  Matrix k = {{1, 0, 0, -1}, {0, 1, 0, -0.5}, {0, 0, 1, 0}, {1, 0, 0, 0.5}, {0, 1, 0, 1}};
  // What each word has to say: definite, animal that barks, animal that purrs.
  Matrix v = {{1, 0, 0}, {0, 1, 0}, {0, 0, 0}, {1, 0, 0}, {0, 0, 1}};
  Matrix scores = zeros(5, 5);   // (n_queries, n_keys)
  Matrix weights = zeros(5, 5);  // (n_queries, n_keys)
  Matrix vectors = zeros(5, 3);  // (n_queries, d_v)
};
//! [example]

/// Fills scores, weights and vectors.
void work_out(Example& e);

/// The example with all three filled.
Example worked_example();

/// The arrays of the example, one by one; figure weights.
void show_queries_keys_values(const SceneRequest&);
void show_scores(const SceneRequest&);
void show_weights(const SceneRequest&);
void show_vectors(const SceneRequest&);

/// Everything that the query of one word goes through; figure trace, and a page to step through.
void show_one_query(const SceneRequest&);

/// How the gradient of a word's vector flows back to its query and to all keys and values.
void show_one_gradient(const SceneRequest&);

/// The numbers against two beliefs about attention vectors and values; one word is the witness.
void show_beliefs(const SceneRequest&);

/// One query's way from its scores to its vector, as an SVG picture.
std::string trace_figure(const Example& e, Index i);

}  // namespace transformer
