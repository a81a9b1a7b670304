#include "src/system/arena.hpp"

#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <cstdint>

#include "src/base/error.hpp"

using namespace transformer;

namespace {

struct Point {
  int x, y;
};

}  // namespace

BOOST_AUTO_TEST_SUITE(arena)

BOOST_AUTO_TEST_CASE(what_is_handed_out_is_aligned_and_does_not_overlap) {
  Arena arena(Index{1} << 24);
  const auto one = arena.allocate<char>(1);
  const auto two = arena.allocate<double>(100);
  const auto three = arena.allocate<float>(17);
  for (const void* address : {static_cast<void*>(one.data()), static_cast<void*>(two.data()),
                              static_cast<void*>(three.data())}) {
    BOOST_TEST(reinterpret_cast<std::uintptr_t>(address) % Arena::alignment == 0u);
  }
  one[0] = 'a';
  std::fill(two.begin(), two.end(), 2.5);
  std::fill(three.begin(), three.end(), 1.5f);
  BOOST_TEST(one[0] == 'a');
  BOOST_TEST(std::count(two.begin(), two.end(), 2.5) == 100);
  BOOST_TEST(arena.used() == 64 + 832 + 128);  // 1, 800 and 68 bytes in whole cache lines
}

BOOST_AUTO_TEST_CASE(growing_moves_nothing_and_loses_nothing) {
  Arena arena;
  const auto first = arena.allocate<Index>(1000);
  for (Index i = 0; i < 1000; ++i) first[i] = i;
  for (int i = 0; i < 50; ++i) {
    const auto more = arena.allocate<char>(Index{1} << 20);
    more.front() = more.back() = 'x';
  }
  for (Index i = 0; i < 1000; ++i) BOOST_TEST(first[i] == i);
}

BOOST_AUTO_TEST_CASE(rewinding_gives_the_same_places_again_and_keeps_the_peak) {
  Arena arena(Index{1} << 24);
  arena.allocate<float>(10);
  const Index mark = arena.used();
  float* const place = arena.allocate<float>(1000).data();
  const Index peak = arena.used();
  arena.rewind(mark);
  BOOST_TEST(arena.used() == mark);
  BOOST_TEST(arena.allocate<float>(10).data() == place);
  BOOST_TEST(arena.peak() == peak);
  arena.rewind();
  BOOST_TEST(arena.used() == 0);
  BOOST_TEST(arena.allocate<std::byte>(1).data() == arena.data());
}

BOOST_AUTO_TEST_CASE(one_object_is_constructed_in_place) {
  Arena arena(Index{1} << 24);
  const Point* point = arena.create<Point>(3, 4);
  BOOST_TEST((point->x == 3 && point->y == 4));
}

BOOST_AUTO_TEST_CASE(nothing_takes_no_place) {
  Arena arena(Index{1} << 24);
  BOOST_TEST(arena.allocate<float>(0).empty());
  BOOST_TEST(arena.used() == 0);
}

BOOST_AUTO_TEST_CASE(a_full_arena_says_so_and_stays_usable) {
  Arena arena(Index{1} << 24);
  arena.allocate<char>(Index{1} << 23);
  const Index used = arena.used();
  BOOST_CHECK_EXCEPTION(arena.allocate<char>(Index{1} << 24), Error,
                        [](const Error& e) { return e.code() == ExitCode::internal; });
  BOOST_TEST(arena.used() == used);
  BOOST_TEST(arena.allocate<char>(100).size() == 100u);
}

BOOST_AUTO_TEST_SUITE_END()
