#include "src/run/run_directory.hpp"

#include <sys/stat.h>

#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <cerrno>
#include <chrono>
#include <limits>
#include <thread>

#include "src/run/metrics_log.hpp"
#include "tests/support/allocation_counter.hpp"
#include "tests/support/child_process.hpp"
#include "tests/support/errors.hpp"
#include "tests/support/fault_injection.hpp"
#include "tests/support/temporary_folder.hpp"

namespace transformer::test {
namespace {

BOOST_AUTO_TEST_CASE(a_run_is_made_with_its_parents_and_can_be_opened_again) {
  const TemporaryFolder folder;
  for (int i = 0; i < 2; ++i) {
    const RunDirectory run(folder / "deep/run");
    BOOST_TEST(run.paths().checkpoint == folder / "deep/run/checkpoint.safetensors");
    BOOST_TEST(run.paths().log == folder / "deep/run/log.jsonl");
    BOOST_TEST(std::filesystem::is_directory(folder / "deep/run"));
  }
  BOOST_TEST(!std::filesystem::exists(folder / "deep/run/checkpoint.safetensors"));
}

BOOST_AUTO_TEST_CASE(what_a_killed_save_left_is_removed_and_nothing_else) {
  const TemporaryFolder folder;
  folder.write("checkpoint.safetensors.tmp.123", "half");
  folder.write("checkpoint.safetensors.tmp.mine", "kept");
  folder.write("checkpoint.safetensors", "kept");
  const RunDirectory run(folder.path());
  BOOST_TEST(!std::filesystem::exists(folder / "checkpoint.safetensors.tmp.123"));
  BOOST_TEST(bytes_of(folder / "checkpoint.safetensors.tmp.mine") == "kept");
  BOOST_TEST(bytes_of(folder / "checkpoint.safetensors") == "kept");
}

BOOST_AUTO_TEST_CASE(what_killed_saves_of_the_other_checkpoints_left_is_removed_too) {
  const TemporaryFolder folder;
  const std::string left[] = {"best.safetensors.tmp.1", "checkpoint-50.safetensors.tmp.2",
                              "picture.svg.tmp.3", "words.txt.tmp.4"};
  const std::string others[] = {"checkpoint-x.safetensors.tmp.2", "other.svg.tmp.3",
                                "checkpoint-50.txt.tmp.2", "checkpoint-50.safetensors"};
  for (const std::string& name : left) folder.write(name, "half");
  for (const std::string& name : others) folder.write(name, "kept");
  const RunDirectory run(folder.path(), {folder / "picture.svg"}, {folder / "words.txt"});
  for (const std::string& name : left) BOOST_TEST(!std::filesystem::exists(folder / name));
  for (const std::string& name : others) BOOST_TEST(bytes_of(folder / name) == "kept");
}

BOOST_AUTO_TEST_CASE(what_a_killed_save_left_behind_a_link_is_removed_too) {
  const TemporaryFolder folder;
  for (const char* name : {"elsewhere", "run"}) std::filesystem::create_directory(folder / name);
  folder.write("elsewhere/big", "kept");
  folder.write("elsewhere/big.tmp.7", "half");
  folder.write("elsewhere/other.tmp.7", "kept");
  std::filesystem::create_symlink("../elsewhere/big", folder / "run/checkpoint.safetensors");
  const RunDirectory run(folder / "run");
  BOOST_TEST(!std::filesystem::exists(folder / "elsewhere/big.tmp.7"));
  BOOST_TEST(bytes_of(folder / "elsewhere/big") == "kept");
  BOOST_TEST(bytes_of(folder / "elsewhere/other.tmp.7") == "kept");
}

BOOST_AUTO_TEST_CASE(every_new_folder_gets_its_name_on_the_disk) {
  const TemporaryFolder folder;
  for (const std::string& name :
       {(folder / "deep/down/run").string(), (folder / "deep/down/run").string() + "/"}) {
    std::filesystem::remove_all(folder / "deep");
    const FaultInjection injection;
    const RunDirectory run(name);
    for (const std::string& parent :
         {folder.path().string(), (folder / "deep").string(), (folder / "deep/down").string()}) {
      const auto& calls = injection.calls();
      BOOST_TEST(std::count(calls.begin(), calls.end(), "fsync " + parent) == 1, parent);
    }
  }
}

BOOST_AUTO_TEST_CASE(a_run_may_be_named_from_the_folder_one_is_in) {
  const TemporaryFolder folder;
  BOOST_TEST(exit_code_in(folder.path(), [] {
               RunDirectory("new/run").hold_on();
               return 0;
             }) == 0);
  BOOST_TEST(std::filesystem::exists(folder / "new/run/lock"));
}

BOOST_AUTO_TEST_CASE(a_run_that_is_not_there_has_no_checkpoints_to_list) {
  BOOST_TEST(fails(ExitCode::no_input, "none: cannot read the folder: No such file",
                   [] { RunPaths("none").all_kept(); }));
}

BOOST_AUTO_TEST_CASE(a_second_trainer_is_told_who_the_first_one_is) {
  const TemporaryFolder folder;
  ChildProcess first([&] {
    const RunDirectory run(folder.path());
    folder.write("ready", "");
    std::this_thread::sleep_for(std::chrono::minutes(1));
    return 0;
  });
  while (!std::filesystem::exists(folder / "ready")) std::this_thread::yield();
  BOOST_TEST(fails(ExitCode::busy, fmt::format("process {} on ", first.id()),
                   [&] { RunDirectory{folder.path()}; }));
  // The kernel releases the lock of a killed process.
  first.kill();
  const RunDirectory third(folder.path());
}

BOOST_AUTO_TEST_CASE(who_removes_the_lock_does_not_let_two_trainers_in) {
  const TemporaryFolder folder;
  const RunDirectory first(folder.path());
  first.hold_on();
  std::filesystem::remove(folder / "lock");
  first.hold_on();  // nobody came meanwhile: the file is there again
  BOOST_TEST(exit_code_of([&] {
               return fails(ExitCode::busy, "process", [&] { RunDirectory{folder.path()}; }) ? 0
                                                                                             : 1;
             }) == 0);

  std::filesystem::remove(folder / "lock");
  const RunDirectory second(folder.path());
  BOOST_TEST(fails(ExitCode::busy, "trains in this folder", [&] { first.hold_on(); }));
  second.hold_on();
}

BOOST_AUTO_TEST_CASE(a_run_that_cannot_be_written_is_refused_at_the_start) {
  const TemporaryFolder folder;
  const auto refused = ExitCode::cannot_create;
  folder.write("file", "");
  std::filesystem::create_symlink("nowhere", folder / "dangling");
  BOOST_TEST(fails(refused, "file", [&] { RunDirectory{folder / "file"}; }));
  BOOST_TEST(fails(refused, "file/run", [&] { RunDirectory{folder / "file/run"}; }));
  BOOST_TEST(fails(refused, "dangling", [&] { RunDirectory{folder / "dangling"}; }));
  std::filesystem::create_directories(folder / "taken/checkpoint.safetensors");
  BOOST_TEST(fails(refused, "checkpoint", [&] { RunDirectory{folder / "taken"}; }));
  BOOST_TEST(fails(refused, "cannot create", [&] { RunDirectory{"/proc/run"}; }));
  BOOST_TEST(
      fails(refused, "name too long", [&] { RunDirectory{folder / std::string(300, 'x')}; }));
  BOOST_TEST(fails(refused, "name too long", [] { RunDirectory{"/" + std::string(300, 'x')}; }));
  // Whatever the run will write is tried, and a lock is never somebody else's file.
  for (const std::string name : {"log.jsonl", "checkpoint-7.safetensors", "picture.svg"}) {
    const std::string run = "without " + name;
    std::filesystem::create_directories(folder / run / name);
    BOOST_TEST(fails(refused, name, [&] {
      RunDirectory{folder / run, {folder / run / "picture.svg"}};
    }));
  }
  for (const std::string name : {"log.jsonl", "lock", "checkpoint.safetensors"}) {
    const std::string run = "pipe " + name;
    std::filesystem::create_directories(folder / run);
    BOOST_TEST_REQUIRE(mkfifo((folder / run / name).c_str(), 0600) == 0);
    BOOST_TEST(fails(refused, name, [&] { RunDirectory{folder / run}; }));
  }
  std::filesystem::create_directories(folder / "linked");
  std::filesystem::create_symlink(folder.write("precious", "text"), folder / "linked/lock");
  BOOST_TEST(fails(refused, "lock", [&] { RunDirectory{folder / "linked"}; }));
  BOOST_TEST(bytes_of(folder / "precious") == "text");
  // A file system that is read-only, met at each of the files in turn.
  std::filesystem::create_directories(folder / "run");
  for (int at = 1; at <= 3; ++at) {
    const FaultInjection injection(Fault::fail, at, EROFS, "open");
    BOOST_TEST(fails(refused, "Read-only", [&] { RunDirectory{folder / "run"}; }));
  }
}

BOOST_AUTO_TEST_CASE(the_log_has_one_object_a_line) {
  const TemporaryFolder folder;
  const auto path = folder / "log.jsonl";
  MetricsLog log(path);
  log.append(1, {{"loss", 3.25}, {"learning_rate", 1e-7}});
  BOOST_TEST(bytes_of(path) == "{\"step\":1,\"loss\":3.25,\"learning_rate\":1e-07}\n");
  log.append(2, {{"loss", std::numeric_limits<double>::quiet_NaN()},
                 {"norm", std::numeric_limits<double>::infinity()}});
  log.append(3, {});
  BOOST_TEST(bytes_of(path).ends_with("{\"step\":2,\"loss\":null,\"norm\":null}\n{\"step\":3}\n"));
}

BOOST_AUTO_TEST_CASE(a_line_of_the_log_needs_no_memory) {
  const TemporaryFolder folder;
  MetricsLog log(folder / "log.jsonl");
  const AllocationCount count = allocations_of([&] {
    for (Index step = 1; step <= 3; ++step) {
      log.append(step * 1'000'000'007, {{"loss", 0.1}, {"rate", 1e-300}, {"speed", 123456.789}});
    }
  });
  BOOST_TEST(count == AllocationCount{});
}

BOOST_AUTO_TEST_CASE(a_resumed_run_writes_the_log_that_an_uninterrupted_one_does) {
  const TemporaryFolder folder;
  const auto append = [](MetricsLog& log, Index first, Index last) {
    for (Index step = first; step <= last; ++step) {
      log.append(step, {{"loss", 1.0 / static_cast<double>(step)}});
    }
  };
  MetricsLog whole(folder / "whole");
  append(whole, 1, 12);
  for (Index resumed = 0; resumed <= 9; ++resumed) {
    const auto path = folder / "log";
    {
      MetricsLog log(path);
      append(log, 1, 9);
    }
    // The run was killed while it wrote a line.
    folder.write("log", bytes_of(path) + "{\"step\":1");
    MetricsLog log(path, resumed);
    append(log, resumed + 1, 12);
    BOOST_TEST(bytes_of(path) == bytes_of(folder / "whole"));
  }
}

BOOST_AUTO_TEST_CASE(a_resumed_run_cuts_the_log_where_a_line_is_not_its_own) {
  const TemporaryFolder folder;
  for (const char* foreign : {"a note\n", "{\"step\":2,\n", "{\"step\":two}\n", "\n"}) {
    const auto path =
        folder.write("log", fmt::format("{{\"step\":1}}\n{}{{\"step\":3}}\n", foreign));
    const MetricsLog log(path, 9);
    BOOST_TEST(bytes_of(path) == "{\"step\":1}\n");
  }
}

BOOST_AUTO_TEST_CASE(a_log_is_read_line_by_line_and_other_lines_are_refused) {
  const TemporaryFolder folder;
  const auto path =
      folder.write("log", "{\"step\":1,\"loss\":2.5,\"norm\":null}\n{\"step\":2}\n{\"step\":3");
  const std::vector<LoggedStep> log = read_metrics(path);
  BOOST_TEST_REQUIRE(log.size() == 2u);  // the run writes the third line now, or was killed there
  BOOST_TEST(log[0].step == 1);
  BOOST_TEST(log[0].metrics.size() == 1u);
  BOOST_TEST(log[0].metrics.at("loss") == 2.5);
  BOOST_TEST(log[1].metrics.empty());
  for (const char* line : {"a note", "[1]", "{}", "{\"step\":1.5}", "{\"step\":\"1\"}"}) {
    folder.write("log", std::string("{\"step\":1}\n") + line + "\n");
    BOOST_TEST(fails(ExitCode::bad_data, "log:2: not a line", [&] { read_metrics(path); }));
  }
}

BOOST_AUTO_TEST_CASE(the_newest_number_of_a_name_is_found_up_to_a_step) {
  const TemporaryFolder folder;
  BOOST_TEST(!newest_metric(folder / "log", 9, "seconds"));
  const auto path = folder.write(
      "log",
      "{\"step\":1,\"seconds\":0.5}\n{\"step\":2,\"seconds\":1.25e+2,\"loss\":3}\n"
      "{\"step\":2,\"bleu\":40}\n{\"step\":3,\"seconds\":null}\nnote\n{\"step\":4,\"loss\":9}\n");
  BOOST_TEST(newest_metric(path, 1, "seconds").value() == 0.5);
  BOOST_TEST(newest_metric(path, 2, "seconds").value() == 125.0);
  BOOST_TEST(newest_metric(path, 4, "loss").value() == 3.0);
  BOOST_TEST(!newest_metric(path, 3, "seconds"));
  BOOST_TEST(!newest_metric(path, 0, "seconds"));
}

BOOST_AUTO_TEST_CASE(the_log_of_an_overwritten_run_stays_until_the_new_one_takes_its_place) {
  const TemporaryFolder folder;
  const auto path = folder.write("log", "{\"step\":1}\n{\"step\":2}\n");
  MetricsLog log(path, 0, MetricsLog::Replace::when_told);
  log.append(1, {{"loss", 1}});
  BOOST_TEST(bytes_of(path) == "{\"step\":1}\n{\"step\":2}\n");
  log.replace();
  BOOST_TEST(bytes_of(path) == "{\"step\":1,\"loss\":1}\n");
  log.append(2, {});
  log.replace();
  BOOST_TEST(bytes_of(path) == "{\"step\":1,\"loss\":1}\n{\"step\":2}\n");
}

BOOST_AUTO_TEST_CASE(a_full_disk_is_reported_by_the_log) {
  if (!std::filesystem::exists("/dev/full")) return;
  MetricsLog log("/dev/full");
  log.sync();  // of a device there is nothing to bring to the disk
  BOOST_TEST(fails(ExitCode::io, "No space left on device", [&] { log.append(1, {{"loss", 1}}); }));
}

BOOST_AUTO_TEST_CASE(a_log_that_cannot_be_opened_is_refused) {
  const TemporaryFolder folder;
  BOOST_TEST(fails(ExitCode::cannot_create, "none/log", [&] { MetricsLog(folder / "none/log"); }));
}

}  // namespace
}  // namespace transformer::test
