// Compares the chapter's piece with what PyTorch computed.

#include "src/book/reference.hpp"
#include "chapters/01_embeddings/embedding.hpp"
#include "src/book/examples.hpp"
#include "src/book/scenes.hpp"
#include "src/book/sections.hpp"

namespace transformer {

void check_reference(ReferenceCheck& check) {
  const std::vector<TokenId> tokens = check.tokens("tokens");
  const Matrix dy = check.input("dy");
  ParameterStore store(0);
  const Embedding embedding(store, "embedding", 11, 8);
  check.load_values(store);

  Tape tape(Threads::serial());
  tape.begin(Mode::training);
  const Variable y = embedding(tape, tokens);
  tape.backward(y, view_of(dy));
  check.compare("outputs/y", y.value());
  check.compare_gradients(store);
}

}  // namespace transformer
