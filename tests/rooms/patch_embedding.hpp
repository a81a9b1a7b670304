// Images as sequences (Dosovitskiy et al. 2021): a class token and patches, all with positions.
#pragma once

#include "src/autograd/operations.hpp"
#include "src/autograd/parameter_store.hpp"

namespace transformer {

struct PatchEmbedding {
  PatchEmbedding(ParameterStore& store, Index n_patches, Index n_pixels, Index d_model)
      : w(store.add("patch.w", n_pixels, d_model, Initial::glorot(n_pixels, d_model))),
        b(store.add("patch.b", 1, d_model, Initial::zeros())),
        class_token(store.add("class_token", 1, d_model, Initial::uniform(1.0))),
        positions(store.add("positions", 1 + n_patches, d_model, Initial::uniform(1.0))) {}

  /// patches is (n_images * n_patches, n_pixels), y (n_images * (1 + n_patches), d_model).
  Variable operator()(Variable patches) const {
    const Index n = positions.n_rows(), n_images = patches.n_rows() / (n - 1);
    const auto sources = patches.tape().arena().allocate<TokenId>(n_images * n);
    // Row 0 is the class token, the patches follow it.
    for (Index i = 0; i < n_images * n; ++i) sources[i] = i % n == 0 ? 0 : TokenId(i - i / n);
    const Variable all = join_rows(std::array{class_token, linear(patches, w, b)});
    const std::vector<Variable> of_each_image(n_images, patches.tape().use(positions));
    return add(rows(all, sources), join_rows(of_each_image));
  }

  Variable w, b, class_token, positions;  // class_token is (1, d_model)
};

}  // namespace transformer
