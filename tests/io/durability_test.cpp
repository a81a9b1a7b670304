// Whatever happens during a save, the old file or the new one is there, complete.
#include <sys/resource.h>
#include <sys/stat.h>

#include <algorithm>
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>
#include <cerrno>
#include <chrono>
#include <memory>
#include <thread>

#include "src/base/philox.hpp"
#include "src/io/atomic_file.hpp"
#include "tests/io/tensor_samples.hpp"
#include "tests/support/child_process.hpp"
#include "tests/support/errors.hpp"
#include "tests/support/fault_injection.hpp"
#include "tests/support/temporary_folder.hpp"

namespace transformer::test {
namespace {

std::vector<std::string> calls_of_a_save(const std::filesystem::path& path, float version) {
  const FaultInjection injection;
  save_version(path, version);
  return injection.calls();
}

BOOST_AUTO_TEST_CASE(a_save_syncs_the_file_renames_it_and_syncs_the_folder) {
  const TemporaryFolder folder;
  const auto path = folder / "model";
  const std::vector<std::string> calls = calls_of_a_save(path, 1);
  const std::string temporary = fmt::format("{}.tmp.{}", path.string(), getpid());
  const std::string parent = folder.path().string();

  BOOST_TEST_REQUIRE(calls.size() > 7u);
  BOOST_TEST(calls.front() == fmt::format("open {}", temporary));
  const auto first_sync = calls.end() - 6;
  BOOST_TEST(std::all_of(calls.begin() + 1, first_sync, [&](const std::string& call) {
    return call == fmt::format("write {}", temporary);
  }));
  const std::vector<std::string> last(first_sync, calls.end());
  const std::vector<std::string> expected = {
      fmt::format("fsync {}", temporary),      fmt::format("close {}", temporary),
      fmt::format("rename {}", path.string()), fmt::format("open {}", parent),
      fmt::format("fsync {}", parent),         fmt::format("close {}", parent)};
  BOOST_TEST(last == expected, boost::test_tools::per_element());
}

BOOST_DATA_TEST_CASE(a_process_that_ends_at_any_call_leaves_a_whole_file,
                     boost::unit_test::data::make({false, true}), ends_after) {
  const Fault fault = ends_after ? Fault::exit_after : Fault::exit_before;
  const TemporaryFolder folder;
  const auto path = folder / "model";
  const auto n_calls = static_cast<int>(calls_of_a_save(path, 1).size());
  int n_new = 0;
  for (int at = 1; at <= n_calls; ++at) {
    save_version(path, 1);
    const int code = exit_code_of([&] {
      const FaultInjection injection(fault, at);
      save_version(path, 2);
      return 0;
    });
    BOOST_TEST(code == 9);
    const std::int64_t version = version_of(path);
    BOOST_TEST((version == 1 || version == 2));
    n_new += version == 2;
  }
  // The new one is there from the rename on: three calls are left then.
  BOOST_TEST(n_new == (ends_after ? 4 : 3));
}

struct Refusal {
  const char* function;
  int error;
  ExitCode code;
};
std::ostream& operator<<(std::ostream& out, const Refusal& refusal) {
  return out << refusal.function << " " << std::generic_category().message(refusal.error);
}

const Refusal refusals[] = {{"open", EACCES, ExitCode::cannot_create},
                            {"open", EROFS, ExitCode::cannot_create},
                            {"open", ENOSPC, ExitCode::cannot_create},
                            {"write", ENOSPC, ExitCode::io},
                            {"write", EDQUOT, ExitCode::io},
                            {"write", EFBIG, ExitCode::io},
                            {"write", EIO, ExitCode::io},
                            {"fsync", EIO, ExitCode::io},
                            {"fsync", ENOSPC, ExitCode::io},
                            {"close", EIO, ExitCode::io},
                            {"close", EDQUOT, ExitCode::io},
                            {"rename", EIO, ExitCode::io},
                            {"rename", ENOSPC, ExitCode::io}};

BOOST_DATA_TEST_CASE(a_refused_call_leaves_a_whole_file_and_no_temporary, refusals, refusal) {
  const TemporaryFolder folder;
  const auto path = folder / "model";
  const std::string reason = std::generic_category().message(refusal.error);
  // Refuse the first such call, then the second, until none is left to refuse.
  for (int at = 1;; ++at) {
    save_version(path, 1);
    std::unique_ptr<Error> thrown;
    std::vector<std::string> calls;
    {
      const FaultInjection injection(Fault::fail, at, refusal.error, refusal.function);
      try {
        save_version(path, 2);
      } catch (const Error& error) {
        thrown = std::make_unique<Error>(error);
      }
      calls = injection.calls();
      BOOST_TEST((at > 1 || injection.happened()));
      if (!injection.happened()) break;
    }
    // Before the rename the old file counts, after it the new one.
    const bool is_renamed = refusal.function != std::string("rename") &&
                            std::find(calls.begin(), calls.end(),
                                      fmt::format("rename {}", path.string())) != calls.end();
    BOOST_TEST(version_of(path) == (is_renamed ? 2 : 1));
    BOOST_TEST(folder.n_entries() == 1);
    // Only closing the folder, the last call of all, may fail in silence: all is on the disk.
    BOOST_TEST(
        (thrown != nullptr || calls.back() == fmt::format("close {}", folder.path().string())));
    if (thrown == nullptr) continue;
    BOOST_TEST((thrown->code() == (is_renamed ? ExitCode::io : refusal.code)));
    BOOST_TEST(std::string(thrown->what()).starts_with(folder.path().string()));
    BOOST_TEST(std::string(thrown->what()).find(reason) != std::string::npos);
  }
}

BOOST_AUTO_TEST_CASE(short_and_interrupted_calls_are_continued) {
  const TemporaryFolder folder;
  const auto path = folder / "model";
  for (const char* function : {"open", "write", "fsync", "close"}) {
    const FaultInjection injection(Fault::interrupt, 0, 0, function);
    save_version(path, 5);
    BOOST_TEST(injection.happened());
    BOOST_TEST(version_of(path) == 5);
  }
  {
    const FaultInjection injection(Fault::shorten, 0, 0, "write");
    save_version(path, 6);
    BOOST_TEST(injection.calls().size() > 400u);
  }
  BOOST_TEST(version_of(path) == 6);
}

BOOST_AUTO_TEST_CASE(a_limit_on_file_size_leaves_the_old_file) {
  const TemporaryFolder folder;
  const auto path = folder / "model";
  save_version(path, 1);
  const int code = exit_code_of([&] {
    signal(SIGXFSZ, SIG_IGN);
    const rlimit limit = {100'000, 100'000};
    setrlimit(RLIMIT_FSIZE, &limit);
    try {
      save_version(path, 2, 10'000);
    } catch (const Error& error) {
      const bool says_why = std::string_view(error.what()).find("too large") != std::string::npos;
      return says_why ? static_cast<int>(error.code()) : 1;
    }
    return 0;
  });
  BOOST_TEST(code == static_cast<int>(ExitCode::io));
  BOOST_TEST(folder.n_entries() == 1);
  BOOST_TEST(version_of(path) == 1);
}

// ---- Power loss ---------------------------------------------------------------------------------

/// What a disk may hold of a save that the power ended after some of its calls: a file's bytes are
/// certain after its fsync, its name after that of the folder; before that, there is any part.
struct DiskAfter {
  bool was_written = false, has_bytes = false, was_renamed = false, has_name = false;

  DiskAfter(const std::vector<std::string>& calls, size_t n_calls) {
    for (size_t i = 0; i < n_calls; ++i) {
      const bool is_of_temporary = calls[i].find(".tmp.") != std::string::npos;
      was_written |= calls[i].starts_with("write ");
      was_renamed |= calls[i].starts_with("rename ");
      has_bytes |= calls[i].starts_with("fsync ") && is_of_temporary;
      has_name |= calls[i].starts_with("fsync ") && !is_of_temporary && was_renamed;
    }
  }

  /// All that may stand under the name afterwards.
  std::vector<std::string> contents(const std::string& old_bytes,
                                    const std::string& new_bytes) const {
    std::vector<std::string> possible;
    if (!has_name) possible.push_back(old_bytes);
    if (!was_renamed) return possible;
    if (has_bytes) {
      possible.push_back(new_bytes);
      return possible;
    }
    for (size_t n = 0; n <= new_bytes.size(); n += new_bytes.size() / 16) {
      possible.push_back(new_bytes.substr(0, n));
      possible.push_back(new_bytes.substr(0, n) + std::string(new_bytes.size() - n, '\0'));
    }
    return possible;
  }
};

/// How many of the states that a save can leave hold neither version; `n_states` counts them all.
int n_lost(const std::vector<std::string>& calls, int& n_states) {
  const TemporaryFolder folder;
  save_version(folder / "old", 1);
  save_version(folder / "new", 2);
  const std::string old_bytes = bytes_of(folder / "old"), new_bytes = bytes_of(folder / "new");
  int n = 0;
  for (size_t n_calls = 0; n_calls <= calls.size(); ++n_calls) {
    for (const std::string& bytes : DiskAfter(calls, n_calls).contents(old_bytes, new_bytes)) {
      ++n_states;
      try {
        const std::int64_t version = version_of(folder.write("model", bytes));
        n += version != 2 && (version != 1 || n_calls == calls.size());
      } catch (const Error&) {
        ++n;
      }
    }
  }
  return n;
}

BOOST_AUTO_TEST_CASE(the_power_may_go_after_any_call_of_a_save) {
  const TemporaryFolder folder;
  std::vector<std::string> calls = calls_of_a_save(folder / "model", 2);
  int n_states = 0;
  BOOST_TEST(n_lost(calls, n_states) == 0);
  BOOST_TEST(n_states > 10);

  // The disks of this test are not too kind: without either fsync something is lost.
  for (const bool is_of_temporary : {true, false}) {
    std::vector<std::string> fewer = calls;
    std::erase_if(fewer, [&](const std::string& call) {
      return call.starts_with("fsync ") &&
             (call.find(".tmp.") != std::string::npos) == is_of_temporary;
    });
    BOOST_TEST(fewer.size() + 1 == calls.size());
    BOOST_TEST(n_lost(fewer, n_states) > 0);
  }
}

// Tells a file from the one that takes its place.
ino_t identity_of(const std::filesystem::path& path) {
  struct stat status {};
  stat(path.c_str(), &status);
  return status.st_ino;
}

BOOST_AUTO_TEST_CASE(a_trainer_killed_at_any_time_leaves_a_whole_file) {
  const TemporaryFolder folder;
  const auto path = folder / "model";
  save_version(path, 1, 1000);
  std::int64_t newest = 1;
  for (std::uint32_t round = 0; round < 64; ++round) {
    const ino_t old = identity_of(path);
    ChildProcess trainer([&] {
      for (auto version = static_cast<float>(newest + 1);; ++version) {
        save_version(path, version, 1000);
      }
      return 0;
    });
    // Let it save once, then kill it at any point of the saves that follow.
    while (identity_of(path) == old) std::this_thread::yield();
    const std::uint32_t delay = RandomKey{11, round, 0}.below(0, 6'000);
    std::this_thread::sleep_for(std::chrono::microseconds(delay));
    BOOST_TEST(trainer.kill() == 128 + SIGKILL);
    const std::int64_t version = version_of(path);
    BOOST_TEST(version > newest);
    newest = version;
  }
}

}  // namespace
}  // namespace transformer::test
