#include "chapters/08b_when_it_goes_wrong/exercises/loss_of_counting.hpp"

namespace transformer {

double loss_of_counting(const std::vector<std::vector<std::string>>&) {
  return 0;  // TODO: count
}

}  // namespace transformer
