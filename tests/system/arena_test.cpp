#include "src/system/arena.hpp"

#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <cstdint>
#include <numeric>
#include <vector>

#include "tests/support/errors.hpp"

using namespace transformer;
using namespace transformer::test;

namespace {

struct Point {
  int x, y;
};

}  // namespace

BOOST_AUTO_TEST_SUITE(arena)

BOOST_AUTO_TEST_CASE(what_is_handed_out_is_aligned_and_does_not_overlap) {
  Arena arena;
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
  std::vector<std::span<Index>> pieces;
  for (Index n = 1; n <= 300'000; n = n * 5 / 3 + 1) {
    pieces.push_back(arena.allocate<Index>(n));
    std::iota(pieces.back().begin(), pieces.back().end(), n);
  }
  for (const std::span<Index> piece : pieces) {
    const Index n = std::ssize(piece);
    BOOST_TEST((piece.front() == n && piece.back() == 2 * n - 1));
  }
}

// Pieces of these sizes, in bytes, over several blocks.
const std::vector<Index> sizes = {100, 60'000, 5'000, 200'000, 64, 70'000, 3'000'000, 10};

/// Where pieces of some sizes are.
std::vector<std::byte*> round(Arena& arena, const std::vector<Index>& n_bytes) {
  std::vector<std::byte*> places;
  for (const Index n : n_bytes) places.push_back(arena.allocate<std::byte>(n).data());
  return places;
}

BOOST_AUTO_TEST_CASE(what_is_used_does_not_depend_on_where_blocks_end) {
  Arena small, large(Index{1} << 23);
  for (const Index n : sizes) {
    small.allocate<std::byte>(n);
    large.allocate<std::byte>(n);
    BOOST_TEST(small.used() == large.used());
  }
  small.rewind(), large.rewind();
  BOOST_TEST(small.peak() == large.peak());
}

BOOST_AUTO_TEST_CASE(rewinding_to_a_mark_keeps_what_came_before_it_in_any_block) {
  for (size_t n_kept = 0; n_kept <= sizes.size(); ++n_kept) {
    Arena arena;
    std::vector<std::span<std::byte>> pieces;
    Index mark = 0;
    for (size_t i = 0; i < sizes.size(); ++i) {
      if (i == n_kept) mark = arena.used();
      pieces.push_back(arena.allocate<std::byte>(sizes[i]));
    }
    if (n_kept == sizes.size()) mark = arena.used();
    for (size_t i = 0; i < n_kept; ++i) std::ranges::fill(pieces[i], std::byte(i));
    // What is handed out again, in another order too, lies beside what was kept.
    for (int round = 0; round < 3; ++round) {
      arena.rewind(mark);
      BOOST_TEST(arena.used() == mark);
      for (size_t i = 0; i < 8; ++i) {
        std::ranges::fill(arena.allocate<std::byte>(sizes[(3 * i + round) % 8]), std::byte(0xFF));
      }
    }
    for (size_t i = 0; i < n_kept; ++i) {
      BOOST_TEST(std::ranges::count(pieces[i], std::byte(i)) == sizes[i]);
    }
  }
}

BOOST_AUTO_TEST_CASE(equal_rounds_get_the_same_places) {
  Arena arena;
  const auto first = round(arena, sizes);
  for (int i = 0; i < 3; ++i) {
    arena.rewind();
    BOOST_TEST(round(arena, sizes) == first, boost::test_tools::per_element());
  }
}

BOOST_AUTO_TEST_CASE(rounds_that_need_more_than_those_before_work_in_one_piece_of_memory) {
  Arena arena;
  std::vector<Index> larger = sizes;
  round(arena, sizes);
  arena.rewind();
  larger.insert(larger.begin(), 4 * std::reduce(sizes.begin(), sizes.end()));
  round(arena, larger);
  for (int i = 0; i < 2; ++i) {
    arena.rewind();
    const auto places = round(arena, larger);
    for (size_t k = 1; k < larger.size(); ++k) {
      BOOST_TEST(places[k] - places[k - 1] == round_up(larger[k - 1], Arena::alignment));
    }
  }
}

BOOST_AUTO_TEST_CASE(equal_rounds_after_a_mark_get_the_same_places) {
  Arena arena;
  arena.allocate<std::byte>(1000);
  const Index mark = arena.used();
  const auto round = [&] {
    arena.rewind(mark);
    std::vector<std::byte*> places;
    for (const Index n : sizes) places.push_back(arena.allocate<std::byte>(n).data());
    return places;
  };
  const auto first = round();
  BOOST_TEST(round() == first, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(rewinding_gives_the_same_places_again_and_keeps_the_peak) {
  Arena arena;
  float* const first = arena.allocate<float>(10).data();
  const Index mark = arena.used();
  float* const place = arena.allocate<float>(1000).data();
  const Index peak = arena.used();
  arena.rewind(mark);
  BOOST_TEST(arena.used() == mark);
  BOOST_TEST(arena.allocate<float>(10).data() == place);
  BOOST_TEST(arena.peak() == peak);
  arena.rewind();
  BOOST_TEST(arena.used() == 0);
  BOOST_TEST(arena.allocate<float>(10).data() == first);
}

BOOST_AUTO_TEST_CASE(one_object_is_constructed_in_place) {
  Arena arena;
  const Point* point = arena.create<Point>(3, 4);
  BOOST_TEST((point->x == 3 && point->y == 4));
}

BOOST_AUTO_TEST_CASE(nothing_takes_no_place) {
  Arena arena;
  BOOST_TEST(arena.allocate<float>(0).empty());
  BOOST_TEST(arena.used() == 0);
}

BOOST_AUTO_TEST_CASE(what_the_system_refuses_is_said_and_the_arena_stays_usable) {
  Arena arena;
  const std::span<int> kept = arena.allocate<int>(1000);
  std::ranges::fill(kept, 7);
  const Index used = arena.used();
  BOOST_TEST(fails(ExitCode::internal, "refuses 268435456 MiB; use smaller sizes or batches",
                   [&] { arena.allocate<std::byte>(Index{1} << 48); }));
  BOOST_TEST(arena.used() == used);
  BOOST_TEST(arena.allocate<char>(100).size() == 100u);
  BOOST_TEST(std::ranges::count(kept, 7) == 1000);
}

BOOST_AUTO_TEST_CASE(a_number_that_no_memory_holds_is_refused) {
  Arena arena;
  for (const Index n : {Index{-1}, Index{-3} * 4, Index{1} << 62, Index{1} << 50}) {
    BOOST_TEST(fails(ExitCode::internal, "no memory for", [&] { arena.allocate<double>(n); }));
  }
  BOOST_TEST(arena.used() == 0);
}

BOOST_AUTO_TEST_SUITE_END()
