// Shows recurrent networks at work.
#include "src/book/scenes.hpp"

namespace transformer {
namespace {

const Chapter chapter = {"09_recurrent_networks", "Recurrent networks.", {}, check_reference};

}  // namespace
}  // namespace transformer

int main(int argc, char** argv) {
  return transformer::run_chapter(argc, argv, transformer::chapter);
}
