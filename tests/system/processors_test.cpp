// How many processors the process may use: what it is bound to, and what its control groups grant.
#include <sched.h>

#include <boost/test/unit_test.hpp>
#include <filesystem>
#include <thread>

#include "src/system/machine.hpp"
#include "src/system/processor_quota.hpp"
#include "src/system/threads.hpp"
#include "tests/support/child_process.hpp"
#include "tests/support/temporary_folder.hpp"

using namespace transformer;
using namespace transformer::test;

namespace {

/// A root folder in which the process is in these control groups.
struct Root : TemporaryFolder {
  explicit Root(const std::string& groups) { put("proc/self/cgroup", groups); }
  Root& put(const std::string& file, const std::string& text) {
    const std::filesystem::path path = *this / file;
    std::filesystem::create_directories(path.parent_path());
    write(file, text);
    return *this;
  }
};

}  // namespace

BOOST_AUTO_TEST_SUITE(processors)

BOOST_AUTO_TEST_CASE(there_is_at_least_one_and_not_more_than_the_machine_has) {
  BOOST_TEST(machine::n_processors() >= 1);
  BOOST_TEST(machine::n_processors() <= static_cast<int>(std::thread::hardware_concurrency()));
  BOOST_TEST(machine::l2_cache_bytes() >= 1 << 17);
  BOOST_TEST(machine::physical_memory() > machine::peak_memory());
  BOOST_TEST(machine::peak_memory() > 1e5);
}

#if defined(__linux__)
BOOST_AUTO_TEST_CASE(a_process_bound_to_one_processor_has_one_thread) {
  const int code = exit_code_of([] {
    cpu_set_t bound;
    if (sched_getaffinity(0, sizeof(bound), &bound) != 0) return 1;
    int first = 0;
    while (!CPU_ISSET(first, &bound)) ++first;
    CPU_ZERO(&bound);
    CPU_SET(first, &bound);
    if (sched_setaffinity(0, sizeof(bound), &bound) != 0) return 1;
    return 40 + Threads(0).count();
  });
  BOOST_TEST(code == 41);
}
#endif

BOOST_AUTO_TEST_CASE(without_control_groups_there_is_no_quota) {
  BOOST_TEST(!processor_quota("/does/not/exist").has_value());
  BOOST_TEST(!processor_quota(Root("").path()).has_value());
  BOOST_TEST(!processor_quota(Root("nonsense\n0::\n:::\n").path()).has_value());
}

BOOST_AUTO_TEST_CASE(a_quota_of_version_2_is_rounded_up) {
  const auto quota = [](const std::string& text) {
    return processor_quota(Root("0::/a/b\n").put("sys/fs/cgroup/a/b/cpu.max", text).path());
  };
  BOOST_TEST(quota("200000 100000\n").value() == 2);
  BOOST_TEST(quota("150000 100000\n").value() == 2);
  BOOST_TEST(quota("1000 100000\n").value() == 1);
  BOOST_TEST(!quota("max 100000\n").has_value());
  BOOST_TEST(!quota("0 100000\n").has_value());
  BOOST_TEST(!quota("100000 0\n").has_value());
  BOOST_TEST(!quota("").has_value());
}

BOOST_AUTO_TEST_CASE(the_smallest_of_all_groups_around_the_process_counts) {
  Root root("0::/a/b\n");
  root.put("sys/fs/cgroup/cpu.max", "900000 100000")
      .put("sys/fs/cgroup/a/cpu.max", "300000 100000");
  root.put("sys/fs/cgroup/a/b/cpu.max", "max 100000");
  BOOST_TEST(processor_quota(root.path()).value() == 3);
}

BOOST_AUTO_TEST_CASE(a_container_whose_path_is_that_of_its_host_finds_its_own_group) {
  for (const char* path : {"0::/docker/0123\n", "0::/../../docker\n", "0::/\n"}) {
    Root root(path);
    root.put("sys/fs/cgroup/cpu.max", "400000 100000");
    BOOST_TEST(processor_quota(root.path()).value() == 4);
  }
}

BOOST_AUTO_TEST_CASE(a_quota_of_version_1_is_in_two_files) {
  for (const std::string name : {"cpu", "cpu,cpuacct", "cpuacct,cpu"}) {
    Root root("3:memory:/x\n2:" + name + ":/a\n0::/\n");
    const std::string folder = "sys/fs/cgroup/" + name + "/a/";
    root.put(folder + "cpu.cfs_period_us", "100000\n");
    BOOST_TEST(!processor_quota(root.path()).has_value());
    root.put(folder + "cpu.cfs_quota_us", "-1\n");
    BOOST_TEST(!processor_quota(root.path()).has_value());
    root.put(folder + "cpu.cfs_quota_us", "250000\n");
    BOOST_TEST(processor_quota(root.path()).value() == 3);
  }
}

BOOST_AUTO_TEST_CASE(the_smallest_memory_of_all_groups_counts) {
  const std::string tree = "sys/fs/cgroup/";
  Root version_2("0::/a/b\n");
  BOOST_TEST(!memory_quota(version_2.path()).has_value());
  version_2.put(tree + "a/b/memory.max", "max\n");
  BOOST_TEST(!memory_quota(version_2.path()).has_value());
  version_2.put(tree + "a/memory.max", "500000000\n").put(tree + "memory.max", "700000000\n");
  BOOST_TEST(memory_quota(version_2.path()).value() == 5e8);

  Root version_1("4:cpu,cpuacct:/x\n5:memory:/a\n");
  version_1.put(tree + "memory/a/memory.limit_in_bytes", "300000000\n")
      .put(tree + "memory/memory.limit_in_bytes", "9223372036854771712\n");
  BOOST_TEST(memory_quota(version_1.path()).value() == 3e8);
}

BOOST_AUTO_TEST_SUITE_END()
