#include "src/io/digest.hpp"

#include <boost/test/unit_test.hpp>

namespace transformer {
namespace {

BOOST_AUTO_TEST_CASE(the_digest_of_nothing_is_the_published_one) {
  // XXH3-128 of the empty input with seed 0, from the test vectors of xxHash.
  BOOST_TEST(digest_of("") == "99aa06d3014798d86001c324468d497f");
}

BOOST_AUTO_TEST_CASE(pieces_give_the_digest_of_the_whole) {
  std::string text;
  for (int i = 0; i < 1000; ++i) text += "attention is all you need ";
  for (const size_t piece : {1, 7, 64, 255, 256, 1000, 25999}) {
    Digest digest;
    for (size_t i = 0; i < text.size(); i += piece) {
      digest.update(std::string_view(text).substr(i, piece));
    }
    BOOST_TEST(digest.hex() == digest_of(text));
  }
}

BOOST_AUTO_TEST_CASE(a_digest_may_be_asked_for_half_way) {
  Digest digest;
  BOOST_TEST(digest.update("le chat").hex() == digest_of("le chat"));
  BOOST_TEST(digest.update(" noir").hex() == digest_of("le chat noir"));
}

}  // namespace
}  // namespace transformer
