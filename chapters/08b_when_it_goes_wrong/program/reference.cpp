// Compares the translator of this page, as it stands without a mistake, with what PyTorch computed
// for the Transformer of chapter 06.

#include "src/book/reference.hpp"

#include "chapters/08b_when_it_goes_wrong/small_translator.hpp"
#include "src/book/scenes.hpp"

namespace transformer {

namespace {

/// The rows of each sentence that are no padding, one sentence below the other.
Matrix without_padding(ConstMatrixView padded, const Segments& sentences) {
  const Index longest = padded.n_rows / sentences.count();
  Matrix packed = zeros(sentences.n_rows(), padded.n_columns);
  for (Index s = 0; s < sentences.count(); ++s) {
    copy_to(padded.rows(s * longest, s * longest + sentences.length(s)),
            view_of(packed).rows(sentences.begin(s), sentences.end(s)));
  }
  return packed;
}

}  // namespace

void check_reference(ReferenceCheck& check) {
  ModelConfig config{.p_drop = 0.0f};
  check.read_settings(config);
  const PackedSentences packed{check.tokens("source_tokens"), check.offsets("source_offsets")},
      target{check.tokens("target_input"), check.offsets("target_offsets")};
  // Its 17 tokens have no names; the first word occurs in no source, and is the padding here.
  std::vector<std::string> names = {"<pad>"};
  for (int i = 1; i < 17 - Vocabulary::n_special; ++i) names.push_back(std::to_string(i));
  const Vocabulary vocabulary(names);
  SmallTranslator translator(config, vocabulary);
  check.load_values(translator.store());

  PackedSentences source = packed;
  translator.pad(source);
  Tape tape(Threads::serial());
  tape.begin(Mode::training);
  const Variable memory = translator.encode(tape, source);
  const Variable decoded = translator.decode(target, memory, source);
  const Variable logits = project_to_vocabulary(decoded, translator.table());
  const Matrix packed_memory = without_padding(memory.value(), packed.segments());
  check.compare("outputs/memory", view_of(packed_memory));
  check.compare("outputs/decoded", decoded.value());
  check.compare("outputs/logits", logits.value());
  const Matrix dlogits = check.input("dlogits");
  tape.backward(logits, view_of(dlogits));
  check.compare_gradients(translator.store());
}

}  // namespace transformer
