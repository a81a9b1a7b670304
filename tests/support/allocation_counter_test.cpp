#include "tests/support/allocation_counter.hpp"

#include <cstdlib>
#include <memory>
#include <new>
#include <string>
#include <thread>
#include <vector>

#include "tests/support/close.hpp"

using namespace transformer::test;

namespace {

/// Keeps the compiler from leaving an allocation out.
void use(void* memory) { asm volatile("" : : "r"(memory) : "memory"); }

void new_and_delete() {
  int* memory = new int(1);
  use(memory);
  delete memory;
}

struct alignas(64) CacheLine {
  char bytes[64];
};

}  // namespace

BOOST_AUTO_TEST_SUITE(allocation_counter)

BOOST_AUTO_TEST_CASE(code_that_asks_for_nothing_counts_nothing) {
  double sum = 0;
  const AllocationCount count = allocations_of([&] {
    for (int i = 1; i < 100; ++i) sum += 1.0 / i;
  });
  BOOST_TEST(count == AllocationCount{});
  BOOST_TEST(sum > 5);
}

BOOST_AUTO_TEST_CASE(every_form_of_operator_new_counts_once) {
  const AllocationCount count = allocations_of([] {
    new_and_delete();
    auto* array = new char[100];
    use(array);
    delete[] array;
    auto* aligned = new CacheLine;
    use(aligned);
    delete aligned;
    auto* quiet = new (std::nothrow) int[10];
    use(quiet);
    delete[] quiet;
    auto* aligned_array = new (std::nothrow) CacheLine[3];
    use(aligned_array);
    delete[] aligned_array;
  });
  BOOST_TEST(count.operator_new == 5);
  BOOST_TEST(count.malloc == 0);
}

BOOST_AUTO_TEST_CASE(an_aligned_operator_new_gives_aligned_memory) {
  const auto line = std::make_unique<CacheLine>();
  BOOST_TEST(reinterpret_cast<std::uintptr_t>(line.get()) % 64 == 0u);
}

BOOST_AUTO_TEST_CASE(containers_count) {
  const AllocationCount count = allocations_of([] {
    std::vector<int> numbers(1000);
    use(numbers.data());
    std::string text(1000, 'x');
    use(text.data());
  });
  BOOST_TEST(count.operator_new == 2);
}

BOOST_AUTO_TEST_CASE(malloc_and_its_relatives_count_once_each) {
  const AllocationCount count = allocations_of([] {
    void* a = std::malloc(10);
    use(a);
    a = std::realloc(a, 100000);
    use(a);
    void* b = std::calloc(10, 10);
    use(b);
    void* c = std::aligned_alloc(64, 128);
    use(c);
    void* d = nullptr;
    if (posix_memalign(&d, 4096, 100) != 0) throw std::bad_alloc();
    use(d);
    for (void* memory : {a, b, c, d}) std::free(memory);
  });
  BOOST_TEST(count.malloc == (malloc_is_counted ? 5 : 0));
  BOOST_TEST(count.operator_new == 0);
}

BOOST_AUTO_TEST_CASE(what_the_c_library_itself_asks_for_counts) {
  char* copy = nullptr;
  const AllocationCount count = allocations_of([&] {
    copy = strdup("attention");
    use(copy);
  });
  BOOST_TEST(count.malloc == (malloc_is_counted ? 1 : 0));
  std::free(copy);
}

BOOST_AUTO_TEST_CASE(other_threads_count_too) {
  constexpr int n_each = 1000;
  const auto task = [] {
    for (int i = 0; i < n_each; ++i) new_and_delete();
  };
  const AllocationCount count = allocations_of([&] {
    std::thread other(task), another(task);
    task();
    other.join();
    another.join();
  });
  BOOST_TEST(count.operator_new >= 3 * n_each);
  BOOST_TEST(count.operator_new <= 3 * n_each + 10);  // and what starting a thread takes
}

BOOST_AUTO_TEST_SUITE_END()
