#include "chapters/08b_when_it_goes_wrong/exercises/leak_test.hpp"

namespace transformer {

bool keeps_to_the_past(DecoderUnderTest, std::vector<TokenId>) {
  return true;  // TODO: try it
}

}  // namespace transformer
