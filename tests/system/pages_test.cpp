#include "src/system/pages.hpp"

#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <cstdint>
#include <span>

#include "src/system/machine.hpp"
#include "tests/support/errors.hpp"

using namespace transformer;
using namespace transformer::test;

namespace {

std::span<std::byte> all_of(const Pages& pages) {
  return {pages.data(), static_cast<size_t>(pages.size())};
}

Index distance_to_large_page(const Pages& pages) {
  return static_cast<Index>(reinterpret_cast<std::uintptr_t>(pages.data()) % (1 << 21));
}

}  // namespace

BOOST_AUTO_TEST_SUITE(pages)

BOOST_AUTO_TEST_CASE(they_keep_what_they_hold_when_they_grow_and_are_zeros_after_it) {
  Pages pages, neighbour;
  for (Index n = 1; n < (Index{1} << 24); n *= 3) {
    const Index before = pages.size();
    pages.grow(n);
    BOOST_TEST(pages.size() >= n);
    BOOST_TEST(std::ranges::count(all_of(pages).first(before), std::byte{1}) == before);
    BOOST_TEST(std::ranges::count(all_of(pages).subspan(before), std::byte{0}) ==
               pages.size() - before);
    std::ranges::fill(all_of(pages), std::byte{1});
    neighbour.grow(n);  // in the way
  }
}

BOOST_AUTO_TEST_CASE(small_ones_stay_small_and_large_ones_begin_with_a_large_page) {
  Pages small, large, grown;
  small.grow(1);
  BOOST_TEST(small.size() <= 1 << 16);
  large.grow(Index{5} << 20);
  BOOST_TEST(distance_to_large_page(large) == 0);
  BOOST_TEST(large.size() == Index{6} << 20);
  grown.grow(100);
  grown.grow(Index{7} << 20);
  BOOST_TEST(distance_to_large_page(grown) == 0);
}

BOOST_AUTO_TEST_CASE(what_the_system_refuses_changes_nothing) {
  Pages pages;
  pages.grow(100);
  std::ranges::fill(all_of(pages), std::byte{1});
  for (const Index n : {Index{1} << 48, Index{1} << 62}) {
    BOOST_TEST(!pages.try_to_grow(n));
    BOOST_TEST(fails(ExitCode::internal, "MiB; use smaller sizes", [&] { pages.grow(n); }));
  }
  BOOST_TEST(std::ranges::count(all_of(pages), std::byte{1}) == pages.size());
}

BOOST_AUTO_TEST_CASE(they_may_change_hands) {
  Pages pages;
  pages.grow(100);
  std::byte* const place = pages.data();
  Pages other = std::move(pages);
  BOOST_TEST(other.data() == place);
  pages = std::move(other);
  BOOST_TEST(pages.data() == place);
}

BOOST_AUTO_TEST_SUITE_END()
