#include "src/io/safetensors.hpp"

#include <fmt/format.h>
#include <sys/stat.h>

#include <boost/test/unit_test.hpp>
#include <chrono>
#include <limits>

#include "tests/io/tensor_samples.hpp"
#include "tests/support/errors.hpp"
#include "tests/support/temporary_folder.hpp"

namespace transformer::test {
namespace {

const std::vector<float> six = {1, 2, 3, 4, 5, -0.0f};

std::filesystem::path sample(const TemporaryFolder& folder) {
  static const std::vector<double> halves = {0.5, 1.5};
  static const std::vector<std::int64_t> step = {-7};
  static const std::vector<std::uint64_t> seed = {~std::uint64_t{0}};
  static const std::vector<std::uint8_t> odd = {1, 2, 3};
  TensorFileWriter writer;
  writer.add<std::uint8_t>("odd", {3}, odd);
  writer.add<float>("w", {2, 3}, six);
  writer.add<double>("halves", {2}, halves);
  writer.add<std::int64_t>("step", {}, step);
  writer.add<std::uint64_t>("seed", {1, 1}, seed);
  writer.add<float>("nothing", {0, 5}, {});
  writer.set_metadata("says \"who\"\n", "l'été \\ \x01");
  writer.write(folder / "sample");
  return folder / "sample";
}

BOOST_AUTO_TEST_CASE(what_was_written_is_read) {
  const TemporaryFolder folder;
  const TensorFile file(sample(folder));
  BOOST_TEST(file.values<float>("w") == six, boost::test_tools::per_element());
  BOOST_TEST(std::signbit(file.values<float>("w")[5]));
  BOOST_TEST(file.values<double>("halves", {2})[1] == 1.5);
  BOOST_TEST(file.scalar<std::int64_t>("step") == -7);
  BOOST_TEST(file.scalar<std::uint64_t>("seed") == ~std::uint64_t{0});
  BOOST_TEST(file.values<float>("nothing").empty());
  BOOST_TEST(file.values<std::uint8_t>("odd")[2] == 3);
  BOOST_TEST(file.metadata().size() == 1u);
  BOOST_TEST(file.metadata().at("says \"who\"\n") == "l'été \\ \x01");
  BOOST_TEST(file.digest().size() == 32u);
}

BOOST_AUTO_TEST_CASE(a_matrix_has_its_shape) {
  const TemporaryFolder folder;
  const TensorFile file(sample(folder));
  const ConstMatrixView w = file.matrix("w");
  BOOST_TEST(w.n_rows == 2);
  BOOST_TEST(w.n_columns == 3);
  BOOST_TEST(w(1, 0) == 4);
}

BOOST_AUTO_TEST_CASE(tensors_are_listed_by_name_and_lie_aligned) {
  const TemporaryFolder folder;
  const TensorFile file(sample(folder));
  std::vector<std::string> names;
  for (const TensorInfo& tensor : file.tensors()) names.push_back(tensor.name);
  BOOST_TEST(names == (std::vector<std::string>{"halves", "nothing", "odd", "seed", "step", "w"}),
             boost::test_tools::per_element());
  BOOST_TEST(reinterpret_cast<std::uintptr_t>(file.values<float>("w").data()) % 64 == 0u);
  BOOST_TEST(reinterpret_cast<std::uintptr_t>(file.values<double>("halves").data()) % 64 == 0u);
}

BOOST_AUTO_TEST_CASE(the_header_begins_with_a_brace_and_data_at_a_multiple_of_eight) {
  const TemporaryFolder folder;
  for (size_t n = 0; n < 9; ++n) {
    TensorFileWriter writer;
    writer.add<float>(std::string(n + 1, 'w'), {6}, six);
    writer.write(folder / "file");
    const std::string bytes = bytes_of(folder / "file");
    std::uint64_t length = 0;
    std::copy_n(bytes.data(), 8, reinterpret_cast<char*>(&length));
    BOOST_TEST(length % 8 == 0u);
    BOOST_TEST(bytes[8] == '{');
    BOOST_TEST(bytes.size() == 8 + length + 24);
  }
}

BOOST_AUTO_TEST_CASE(the_same_content_gives_the_same_bytes_in_whatever_order_it_was_added) {
  const TemporaryFolder folder;
  const std::vector<double> one = {1};
  TensorFileWriter first, second;
  first.add<float>("a", {6}, six);
  first.add<float>("b", {6}, six);
  first.add<double>("c", {}, one);
  second.add<double>("c", {}, one);
  second.add<float>("b", {6}, six);
  second.add<float>("a", {6}, six);
  first.write(folder / "first");
  second.write(folder / "second");
  BOOST_TEST(bytes_of(folder / "first") == bytes_of(folder / "second"));
}

BOOST_AUTO_TEST_CASE(a_file_without_tensors_is_a_file) {
  const TemporaryFolder folder;
  TensorFileWriter().write(folder / "empty");
  BOOST_TEST(TensorFile(folder / "empty").tensors().empty());
}

BOOST_AUTO_TEST_CASE(asking_for_the_wrong_thing_names_the_tensor_and_both_sides) {
  const TemporaryFolder folder;
  const TensorFile file(sample(folder));
  const auto bad = ExitCode::bad_data;
  BOOST_TEST(fails(bad, "no tensor 'v'", [&] { file.values<float>("v"); }));
  BOOST_TEST(fails(bad, "tensor 'w': expected F64, found F32", [&] { file.values<double>("w"); }));
  BOOST_TEST(fails(bad, "tensor 'w': expected shape (3, 2), found (2, 3)", [&] {
    file.values<float>("w", {3, 2});
  }));
  BOOST_TEST(fails(bad, "found (2, 3)", [&] { file.values<float>("w", {6}); }));
  BOOST_TEST(fails(bad, "expected a matrix", [&] { file.matrix<double>("halves"); }));
  BOOST_TEST(fails(bad, "expected one number", [&] { file.scalar<float>("w"); }));
  BOOST_TEST(fails(bad, "expected one number", [&] { file.scalar<float>("nothing"); }));
}

BOOST_AUTO_TEST_CASE(missing_and_unknown_tensors_are_named) {
  const TemporaryFolder folder;
  const TensorFile file(sample(folder));
  const auto bad = ExitCode::bad_data;
  file.require_exactly({"w", "odd", "halves", "step", "seed", "nothing"});
  BOOST_TEST(fails(bad, "no tensor 'more'", [&] {
    file.require_exactly({"w", "odd", "more", "halves", "step", "seed", "nothing"});
  }));
  BOOST_TEST(fails(bad, "tensor 'seed' (1, 1) is unknown", [&] {
    file.require_exactly({"w", "odd", "halves", "step", "nothing"});
  }));
}

BOOST_AUTO_TEST_CASE(numbers_that_are_not_finite_are_found_on_request) {
  const TemporaryFolder folder;
  const auto infinity = std::numeric_limits<double>::infinity();
  std::vector<float> weights = six;
  std::vector<double> moments = {1, 2, 3};
  TensorFileWriter writer;
  writer.add<float>("weights", {6}, weights);
  writer.add<double>("moments", {3}, moments);
  writer.write(folder / "good");
  moments[1] = -infinity;
  writer.write(folder / "infinite");
  moments[1] = 2;
  weights[4] = std::numeric_limits<float>::quiet_NaN();
  writer.write(folder / "nan");

  TensorFile(folder / "good").require_finite();
  BOOST_TEST(fails(ExitCode::bad_data, "tensor 'moments': element 1 is not finite",
                   [&] { TensorFile(folder / "infinite").require_finite(); }));
  BOOST_TEST(fails(ExitCode::bad_data, "tensor 'weights': element 4 is not finite",
                   [&] { TensorFile(folder / "nan").require_finite(); }));
}

BOOST_AUTO_TEST_CASE(the_writer_refuses_what_it_could_not_read_back) {
  TensorFileWriter writer;
  const auto internal = ExitCode::internal;
  writer.add<float>("w", {2, 3}, six);
  BOOST_TEST(fails(internal, "'w'", [&] { writer.add<float>("w", {6}, six); }));
  BOOST_TEST(fails(internal, "F32 (5)", [&] { writer.add<float>("v", {5}, six); }));
  BOOST_TEST(fails(internal, "F32 (-1)", [&] { writer.add<float>("v", {-1}, six); }));
  BOOST_TEST(fails(internal, "F32", [&] {
    writer.add<float>("v", {Index{1} << 40, Index{1} << 40}, six);
  }));
  BOOST_TEST(fails(internal, "__metadata__", [&] { writer.add<float>("__metadata__", {6}, six); }));
  BOOST_TEST(fails(internal, "digest", [&] { writer.set_metadata("digest", "0"); }));
  BOOST_TEST(fails(internal, "by the writer itself",
                   [&] { writer.set_metadata("hash", "xxh3-128:0123456789abcdef"); }));
  writer.set_metadata("bad", "\xFF");
  const TemporaryFolder folder;
  BOOST_TEST(fails(internal, "UTF-8", [&] { writer.write(folder / "file"); }));
  BOOST_TEST(folder.n_entries() == 0);
}

BOOST_AUTO_TEST_CASE(there_must_be_a_regular_file) {
  const TemporaryFolder folder;
  BOOST_TEST(fails(ExitCode::no_input, "none: cannot open: No such file",
                   [&] { TensorFile(folder / "none"); }));
  BOOST_TEST(fails(ExitCode::no_input, "is a folder", [&] { TensorFile(folder.path()); }));
  BOOST_TEST(fails(ExitCode::no_input, "regular", [&] { TensorFile("/dev/null"); }));
  // A pipe that nobody writes into is not waited for.
  BOOST_TEST_REQUIRE(mkfifo((folder / "pipe").c_str(), 0600) == 0);
  BOOST_TEST(fails(ExitCode::no_input, "regular", [&] { TensorFile(folder / "pipe"); }));
}

BOOST_AUTO_TEST_CASE(thousands_of_tensors_take_no_longer_each) {
  const TemporaryFolder folder;
  constexpr int n_tensors = 200'000;
  const auto start = std::chrono::steady_clock::now();
  TensorFileWriter writer;
  for (int i = 0; i < n_tensors; ++i) writer.add<float>(fmt::format("{:x}", i), {6}, six);
  writer.write(folder / "many");
  BOOST_TEST(TensorFile(folder / "many").tensors().size() == size_t{n_tensors});
  // Less than a second, or, if each looked at all others, many minutes.
  BOOST_TEST((std::chrono::steady_clock::now() - start < std::chrono::seconds(30)));
}

}  // namespace
}  // namespace transformer::test
