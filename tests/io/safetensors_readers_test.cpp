// Files go both ways between this reader and others.
#include <fmt/format.h>

#include <boost/test/unit_test.hpp>
#include <cstdlib>
#include <cstring>
#include <nlohmann/json.hpp>

#include "src/io/safetensors.hpp"
#include "tests/io/tensor_samples.hpp"
#include "tests/support/temporary_folder.hpp"

namespace transformer::test {
namespace {

// A reader of a few lines that shares nothing with the one under test, and checks nothing.
std::map<std::string, std::vector<float>> read_floats(const std::filesystem::path& path) {
  const std::string bytes = bytes_of(path);
  std::uint64_t n = 0;
  std::memcpy(&n, bytes.data(), 8);
  const auto header = nlohmann::json::parse(bytes.substr(8, n));
  std::map<std::string, std::vector<float>> tensors;
  for (const auto& [name, entry] : header.items()) {
    if (name == "__metadata__" || entry["dtype"] != "F32") continue;
    const size_t begin = entry["data_offsets"][0], end = entry["data_offsets"][1];
    size_t n_values = 1;
    for (const size_t extent : entry["shape"]) n_values *= extent;
    BOOST_TEST(n_values * 4 == end - begin);
    std::vector<float>& values = tensors[name];
    values.resize(n_values);
    std::memcpy(values.data(), bytes.data() + 8 + n + begin, end - begin);
  }
  return tensors;
}

std::filesystem::path written_sample(const TemporaryFolder& folder) {
  const std::vector<float> w = {0.1f, -2.5f, 3e-40f, 1e30f, 5, 6}, bias = {7, 8};
  const std::vector<double> moment = {0.1, 0.2};
  TensorFileWriter writer;
  writer.add<float>("encoder.w", {2, 3}, w);
  writer.add<float>("bias", {2}, bias);
  writer.add<double>("moment", {2, 1}, moment);
  writer.add_text("words", "le\nchaté\n");
  writer.set_metadata("step", "12");
  writer.write(folder / "sample.safetensors");
  return folder / "sample.safetensors";
}

BOOST_AUTO_TEST_CASE(another_small_reader_reads_what_was_written) {
  const TemporaryFolder folder;
  const auto path = written_sample(folder);
  const auto tensors = read_floats(path);
  const TensorFile file(path);
  BOOST_TEST(tensors.size() == 2u);
  for (const auto& [name, values] : tensors) {
    BOOST_TEST(file.values<float>(name) == values, boost::test_tools::per_element());
  }
}

BOOST_AUTO_TEST_CASE(python_reads_what_was_written_and_is_read) {
  const char* python = "/usr/bin/python3";
  if (!std::filesystem::exists(python)) {
    BOOST_TEST_MESSAGE("skipped: there is no " << python);
    return;
  }
  const TemporaryFolder folder;
  const std::string command =
      fmt::format("{} tests/io/read_safetensors.py '{}' '{}'", python,
                  written_sample(folder).string(), (folder / "from_python").string());
  BOOST_TEST_REQUIRE(std::system(command.c_str()) == 0);

  // The script doubles every number, turns the order round, and pads nothing.
  const TensorFile ours(folder / "sample.safetensors"), theirs(folder / "from_python");
  BOOST_TEST(theirs.digest().empty());
  BOOST_TEST(theirs.metadata().at("step") == "12");
  for (const char* name : {"encoder.w", "bias"}) {
    BOOST_TEST(theirs.values<float>(name).size() == ours.values<float>(name).size());
    for (size_t i = 0; i < ours.values<float>(name).size(); ++i) {
      BOOST_TEST(theirs.values<float>(name)[i] == 2 * ours.values<float>(name)[i]);
    }
  }
  BOOST_TEST(theirs.matrix<double>("moment")(1, 0) == 0.4);
  BOOST_TEST(theirs.values<std::uint8_t>("bytes").size() == 3u);
}

BOOST_AUTO_TEST_CASE(tensors_that_lie_unaligned_in_the_file_are_read_aligned) {
  const TemporaryFolder folder;
  const std::string bytes = raw_file(R"({"w":{"dtype":"F32","shape":[2],"data_offsets":[3,11]},)"
                                     R"("odd":{"dtype":"U8","shape":[3],"data_offsets":[0,3]}} )",
                                     11);
  const TensorFile file(folder.write("unaligned", bytes));
  BOOST_TEST(reinterpret_cast<std::uintptr_t>(file.values<float>("w").data()) % 64 == 0u);
  float expected = 0;
  std::memcpy(&expected, "\1\1\1\1", 4);
  BOOST_TEST(file.values<float>("w")[1] == expected);
}

}  // namespace
}  // namespace transformer::test
