// What a file that is replaced as a whole may be, and what a save leaves alone.
#include "src/io/atomic_file.hpp"

#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/un.h>
#include <unistd.h>

#include <boost/test/unit_test.hpp>
#include <cerrno>

#include "tests/io/tensor_samples.hpp"
#include "tests/support/child_process.hpp"
#include "tests/support/errors.hpp"
#include "tests/support/fault_injection.hpp"
#include "tests/support/temporary_folder.hpp"

namespace transformer::test {
namespace {

BOOST_AUTO_TEST_CASE(a_place_where_nothing_can_be_is_refused_at_once) {
  const TemporaryFolder folder;
  const auto refused = ExitCode::cannot_create;
  BOOST_TEST(fails(refused, "none/model: cannot create: No such file",
                   [&] { save_version(folder / "none/model", 1); }));
  folder.write("file", "");
  BOOST_TEST(fails(refused, "Not a directory", [&] { save_version(folder / "file/model", 1); }));
  BOOST_TEST(fails(refused, "Is a directory", [&] { AtomicFile{folder.path()}; }));
  BOOST_TEST(fails(refused, "", [&] { AtomicFile{""}; }));
  BOOST_TEST(fails(refused, "name too long", [&] { AtomicFile{folder / std::string(300, 'x')}; }));
  BOOST_TEST(folder.n_entries() == 1);
}

BOOST_AUTO_TEST_CASE(what_was_not_committed_never_was) {
  const TemporaryFolder folder;
  replace_file(folder / "text", "old");
  {
    AtomicFile file(folder / "text");
    file.write("new");
  }
  BOOST_TEST(bytes_of(folder / "text") == "old");
  BOOST_TEST(folder.n_entries() == 1);
}

BOOST_AUTO_TEST_CASE(what_is_replaced_keeps_its_permissions) {
  const TemporaryFolder folder;
  const auto file = folder.write("secret", "old");
  for (const auto permissions : {std::filesystem::perms(0600), std::filesystem::perms(0664)}) {
    std::filesystem::permissions(file, permissions);
    replace_file(file, "new");
    BOOST_TEST((std::filesystem::status(file).permissions() == permissions));
  }
}

BOOST_AUTO_TEST_CASE(a_stale_temporary_and_a_file_read_meanwhile_do_not_matter) {
  const TemporaryFolder folder;
  const auto path = folder / "model";
  const auto stale = folder.write(fmt::format("model.tmp.{}", getpid()), "of somebody else");
  std::filesystem::create_hard_link(stale, folder / "precious");
  save_version(path, 1);
  const TensorFile open_file(path);
  save_version(path, 2);
  BOOST_TEST(open_file.scalar<std::int64_t>("step") == 1);
  BOOST_TEST(version_of(path) == 2);
  // What has the name that we would have taken is not ours.
  BOOST_TEST(bytes_of(folder / "precious") == "of somebody else");
  BOOST_TEST(folder.n_entries() == 3);
}

BOOST_AUTO_TEST_CASE(where_all_names_of_a_temporary_are_taken_nothing_is_written) {
  const TemporaryFolder folder;
  const auto path = folder.write("text", "old");
  constexpr int n_tried = 100;
  const auto name = [](int n) { return fmt::format("text.tmp.{}", getpid() + n); };
  for (int n = 0; n < n_tried; ++n) folder.write(name(n), "of somebody else");
  BOOST_TEST(fails(ExitCode::cannot_create, "text: cannot create: File exists",
                   [&] { replace_file(path, "new"); }));
  BOOST_TEST(bytes_of(path) == "old");
  for (int n = 0; n < n_tried; ++n) BOOST_TEST(bytes_of(folder / name(n)) == "of somebody else");
}

BOOST_AUTO_TEST_CASE(a_file_may_lie_in_the_folder_one_is_in) {
  const TemporaryFolder folder;
  BOOST_TEST(exit_code_in(folder.path(), [] {
               replace_file("text", "new");
               return 0;
             }) == 0);
  BOOST_TEST(bytes_of(folder / "text") == "new");
}

BOOST_AUTO_TEST_CASE(a_file_system_that_cannot_sync_folders_needs_no_telling) {
  const TemporaryFolder folder;
  const FaultInjection injection(Fault::fail, 2, EINVAL, "fsync");  // of the file, of the folder
  replace_file(folder / "text", "new");
  BOOST_TEST(injection.happened());
  BOOST_TEST(bytes_of(folder / "text") == "new");
}

BOOST_AUTO_TEST_CASE(only_regular_files_are_replaced) {
  const TemporaryFolder folder;
  const auto is_refused = [&](const std::string& name) {
    return fails(ExitCode::cannot_create, "is not a regular file",
                 [&] { replace_file(folder / name, "new"); });
  };
  struct stat status {};
  BOOST_TEST_REQUIRE(mkfifo((folder / "pipe").c_str(), 0600) == 0);
  BOOST_TEST(is_refused("pipe"));
  BOOST_TEST((stat((folder / "pipe").c_str(), &status) == 0 && S_ISFIFO(status.st_mode)));
  std::filesystem::create_symlink("pipe", folder / "link to pipe");
  BOOST_TEST(is_refused("link to pipe"));

  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  const std::string socket_path = (folder / "socket").string();
  socket_path.copy(address.sun_path, sizeof address.sun_path - 1);
  const int number = socket(AF_UNIX, SOCK_STREAM, 0);
  BOOST_TEST_REQUIRE(bind(number, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0);
  close(number);
  BOOST_TEST(is_refused("socket"));
  BOOST_TEST((stat(socket_path.c_str(), &status) == 0 && S_ISSOCK(status.st_mode)));

  // A device of our own, where we may make one.
  if (mknod((folder / "null").c_str(), S_IFCHR | 0600, makedev(1, 3)) != 0) return;
  BOOST_TEST(is_refused("null"));
  BOOST_TEST((stat((folder / "null").c_str(), &status) == 0 && S_ISCHR(status.st_mode)));
}

BOOST_AUTO_TEST_CASE(a_symbolic_link_stays_one_and_what_it_leads_to_is_replaced) {
  const TemporaryFolder folder;
  std::filesystem::create_directories(folder / "there");
  std::filesystem::create_directories(folder / "here");
  std::filesystem::create_symlink("../there/second", folder / "here/first");
  std::filesystem::create_symlink(folder / "there/model", folder / "there/second");
  for (const float version : {1.0f, 2.0f}) {  // the first time it leads to nothing yet
    save_version(folder / "here/first", version);
    BOOST_TEST(std::filesystem::is_symlink(folder / "here/first"));
    BOOST_TEST(std::filesystem::is_symlink(folder / "there/second"));
    BOOST_TEST(!std::filesystem::is_symlink(folder / "there/model"));
    BOOST_TEST(version_of(folder / "there/model") == static_cast<int>(version));
  }
  std::filesystem::create_symlink("itself", folder / "itself");
  BOOST_TEST(fails(ExitCode::cannot_create, "itself: cannot create: Too many levels",
                   [&] { replace_file(folder / "itself", "new"); }));
  std::filesystem::create_symlink("none/model", folder / "into nowhere");
  BOOST_TEST(fails(ExitCode::cannot_create, "No such file",
                   [&] { replace_file(folder / "into nowhere", "new"); }));
  std::filesystem::create_symlink("there", folder / "to a folder");
  BOOST_TEST(fails(ExitCode::cannot_create, "Is a directory",
                   [&] { replace_file(folder / "to a folder", "new"); }));
}

BOOST_AUTO_TEST_CASE(temporaries_are_told_from_other_files) {
  BOOST_TEST(is_temporary_of("run/model", "run/model.tmp.12"));
  for (const char* name : {"model", "model.tmp.", "model.tmp.1x", "a_model.tmp.1", "model.tmp"}) {
    BOOST_TEST(!is_temporary_of("run/model", name));
  }
}

}  // namespace
}  // namespace transformer::test
