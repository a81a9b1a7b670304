// Compares the chapter's piece with what PyTorch computed.

#include "src/book/reference.hpp"
#include "chapters/06_decoder/transformer.hpp"
#include "src/book/examples.hpp"
#include "src/book/scenes.hpp"
#include "src/book/sections.hpp"

namespace transformer {

void check_reference(ReferenceCheck& check) {
  ModelConfig config{.p_drop = 0.0f};
  check.read_settings(config);
  const PackedSentences source{check.tokens("source_tokens"), check.offsets("source_offsets")},
      target{check.tokens("target_input"), check.offsets("target_offsets")};
  ParameterStore store(0);
  const Transformer model(store, config, 17);
  check.load_values(store);

  Tape tape(Threads::serial());
  tape.begin(Mode::training);
  const Variable memory = model.encode(tape, source);
  const Variable decoded = model.decode(target, memory, source.segments());
  const Variable logits = model.logits(decoded);
  check.compare("outputs/memory", memory.value());
  check.compare("outputs/decoded", decoded.value());
  check.compare("outputs/logits", logits.value());
  const Matrix dlogits = check.input("dlogits");
  tape.backward(logits, view_of(dlogits));
  check.compare_gradients(store);
}

}  // namespace transformer
