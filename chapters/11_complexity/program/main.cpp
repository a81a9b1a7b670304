// Shows the paper's Table 1 as numbers: operations counted, waiting counted, paths counted.
#include "chapters/11_complexity/program/demonstrations.hpp"

namespace transformer {
namespace {

const Chapter chapter = {
    "11_complexity",
    "The paper's Table 1, measured.",
    {{"counts", "multiply-adds of each layer", show_counts},
     {"exponents", "how they grow", show_exponents},
     {"crossing", "from which length on one layer takes more than another", show_crossing},
     {"masked", "a window by a mask, and by leaving out", show_masked},
     {"by_hand", "a convolution by hand", show_by_hand},
     {"receipts", "the gradients of a convolution, found in three ways", show_receipts},
     {"waiting", "operations that must wait for each other", show_waiting},
     {"paths", "layers until two words have met", show_paths},
     {"rim", "what the rim of a sentence does to a dilated stack", show_rim},
     {"out_of_reach",
      "letters that a model is asked for, and those that reach it",
      show_out_of_reach,
      {{"steps", "500", "Training steps"}}},
     {"seconds", "seconds beside counts", show_seconds, {{"d-model", "64", "Width"}}, true},
     {"threads",
      "one step with one thread and with more",
      show_threads,
      {{"threads", "2", "How many"}},
      true}},
    check_reference};

}  // namespace
}  // namespace transformer

int main(int argc, char** argv) {
  return transformer::run_chapter(argc, argv, transformer::chapter);
}
