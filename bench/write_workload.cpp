// Prints a workload as JSON: sizes, batches and sentences, so that peers work on the same tokens.
#include <cstdio>
#include <nlohmann/json.hpp>

#include "bench/workloads.hpp"
#include "src/base/error.hpp"

namespace transformer::bench {
namespace {

using Json = nlohmann::json;

Json sentences_of(const PackedSentences& packed) {
  Json sentences = Json::array();
  for (Index s = 0; s < packed.n_sentences(); ++s) {
    const std::span<const TokenId> sentence = packed.sentence(s);
    sentences.push_back(Json(std::vector<TokenId>(sentence.begin(), sentence.end())));
  }
  return sentences;
}

Json json_of(const Workload& workload) {
  const ModelConfig& model = workload.model;
  Json json = {{"name", workload.name},
               {"d_model", model.d_model},
               {"d_ff", model.d_ff},
               {"n_heads", model.n_heads},
               {"n_layers", model.n_layers},
               {"p_drop", model.p_drop},
               {"n_vocabulary", workload.n_vocabulary}};
  for (const TranslationBatch& batch : training_batches(workload)) {
    json["batches"].push_back({{"source", sentences_of(batch.source)},
                               {"target_input", sentences_of(batch.target_input)},
                               {"target_output", batch.target_output},
                               {"flops", training_flops(workload, batch)}});
  }
  for (const DecodingCase& decoding : decoding_cases) {
    json["decoding"].push_back(
        {{"name", decoding.name},
         {"beam_size", decoding.beam_size},
         {"length", decoding_length(workload)},
         {"source", sentences_of(decoding_source(workload, decoding.n_sentences))}});
  }
  return json;
}

}  // namespace
}  // namespace transformer::bench

int main(int argc, char** argv) try {
  using namespace transformer::bench;
  const std::string text = json_of(workload(argc == 2 ? argv[1] : "")).dump();
  std::puts(text.c_str());
  return 0;
} catch (const transformer::Error& error) {
  std::fprintf(stderr, "error: %s\n", error.what());
  return static_cast<int>(error.code());
}
