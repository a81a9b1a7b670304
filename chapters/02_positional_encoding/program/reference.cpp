// Compares the chapter's piece with what PyTorch computed.

#include "src/book/reference.hpp"
#include "chapters/01_embeddings/embedding.hpp"
#include "chapters/02_positional_encoding/positional_encoding.hpp"
#include "src/book/scenes.hpp"
#include "src/book/sections.hpp"

namespace transformer {

void check_reference(ReferenceCheck& check) {
  const PositionalEncoding long_encoding(50, 128), encoding(50, 12);
  check.compare("outputs/positional_encoding", view_of(long_encoding.table()));

  const std::vector<TokenId> tokens = check.tokens("tokens");
  const std::vector<Index> offsets = check.offsets("offsets");
  ParameterStore store(0);
  const Embedding embedding(store, "embedding", 17, 12);
  check.load_values(store);
  Tape tape(Threads::serial());
  check.compare("outputs/y", encoding(embedding(tape, tokens), {offsets}).value());
}

}  // namespace transformer
