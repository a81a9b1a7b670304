// Files that say that they are checkpoints.
#include <cmath>

#include "src/io/checkpoint.hpp"
#include "src/io/safetensors_header.hpp"
#include "tests/fuzz/fuzz.hpp"

using namespace transformer;
using namespace transformer::fuzz;

namespace {

void read_all(const TensorFile& file) {
  Index n_bytes = 0;
  for (const TensorInfo& tensor : file.tensors()) {
    n_bytes += tensor.n_bytes();
    allow_errors([&] { file.values<float>(tensor.name); });
    allow_errors([&] { file.scalar<std::int64_t>(tensor.name); });
    allow_errors([&] { file.matrix(tensor.name); });
    allow_errors([&] { file.text(tensor.name); });
  }
  allow_errors([&] { file.require_finite(); });
  require(n_bytes >= 0);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t n) {
  const std::string_view text = text_of(bytes, n);
  const MemoryFile memory(text);
  allow_errors([&] { read_all(TensorFile(memory.path())); });
  allow_errors([&] { Checkpoint{memory.path()}; });

  // The header by itself, with as many bytes of data as the first one says.
  if (n == 0) return 0;
  allow_errors([&] { parse_tensor_header(text.substr(1), bytes[0], "header"); });
  return 0;
}
