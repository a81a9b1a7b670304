// weave: keeps the generated parts of the book's pages equal to what they are generated from.
#include <iostream>

#include "docs/weave/command_line.hpp"

int main(int argc, char** argv) {
  return transformer::weave::run_command({argv + 1, argv + argc}, std::cout, std::cerr);
}
