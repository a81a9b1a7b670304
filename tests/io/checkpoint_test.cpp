// A checkpoint gives back every bit of a run, or says why it cannot.
#include "src/io/checkpoint.hpp"

#include <cmath>
#include <limits>

#include "chapters/05_encoder/model_config.hpp"
#include "src/base/philox.hpp"
#include "src/io/settings.hpp"
#include "tests/support/errors.hpp"
#include "tests/support/temporary_folder.hpp"

using namespace transformer;
using namespace transformer::test;

namespace {

/// Two parameters; values and moments are any bits of finite numbers.
struct Store {
  ParameterStore store{1};

  explicit Store(std::uint64_t seed, Index n_columns = 3) {
    store.add("layer.w", 2, n_columns, Initial::zeros());
    store.add("layer.b", 1, n_columns, Initial::zeros());
    std::uint32_t site = 0;
    for (const std::span<float> block :
         {store.values(), store.first_moments(), store.second_moments()}) {
      const RandomKey key{seed, 0, ++site};
      for (size_t i = 0; i < block.size(); ++i) {
        const std::uint32_t bits = key.below(i, std::numeric_limits<std::uint32_t>::max());
        const auto number = std::bit_cast<float>(bits);
        block[i] = std::isfinite(number) ? number : -0.0f;
      }
    }
  }

  /// All that is saved, as bits: -0 is not 0 here.
  std::vector<std::uint32_t> bits() const {
    std::vector<std::uint32_t> all;
    for (const Parameter& parameter : store.parameters()) {
      for (const MatrixView matrix :
           {parameter.value(), store.first_moment(parameter), store.second_moment(parameter)}) {
        for (Index i = 0; i < matrix.size(); ++i) {
          all.push_back(std::bit_cast<std::uint32_t>(matrix.data[i]));
        }
      }
    }
    return all;
  }
};

ModelConfig sizes_in(const Checkpoint& checkpoint) {
  ModelConfig config;
  read_settings(checkpoint, config);
  return config;
}

struct Saved : TemporaryFolder {
  std::filesystem::path path = *this / "checkpoint.safetensors";
  Store original{1};
  Metadata metadata = describe(ModelConfig{
      .d_model = 6, .d_ff = 7, .n_heads = 3, .n_layers = 2, .p_drop = 0.1f, .n_positions = 9});

  Companions companions{{"words", std::string("le\nchat\0\xFF\n", 10)}, {"nothing", ""}};

  Saved() {
    metadata["step"] = "1000000000000";
    metadata["note"] = "h\xC3\xA9 \"quoted\"\n";
    save_checkpoint(path, original.store, metadata, companions);
  }

  /// Saves the numbers again with other entries.
  void save_with(const Metadata& changes) const {
    Metadata changed = changes;
    changed.insert(metadata.begin(), metadata.end());
    save_checkpoint(path, original.store, changed);
  }
  /// The same without one entry.
  void save_without(const std::string& key) const {
    Metadata changed = metadata;
    changed.erase(key);
    save_checkpoint(path, original.store, changed);
  }
};

}  // namespace

BOOST_FIXTURE_TEST_CASE(every_bit_comes_back, Saved) {
  Store other(2);
  BOOST_TEST((other.bits() != original.bits()));
  const Checkpoint checkpoint(path);
  checkpoint.load_into(other.store, {"words", "nothing"});
  BOOST_TEST((other.bits() == original.bits()));
  for (const auto& [name, bytes] : companions) BOOST_TEST((checkpoint.companion(name) == bytes));
  BOOST_TEST(!checkpoint.companion("none").has_value());
  for (const auto& [key, value] : metadata) BOOST_TEST(checkpoint.text(key) == value);
  BOOST_TEST(checkpoint.integer("step") == 1'000'000'000'000);
  const ModelConfig config = sizes_in(checkpoint);
  BOOST_TEST(config.d_model == 6);
  BOOST_TEST(config.d_ff == 7);
  BOOST_TEST(config.n_heads == 3);
  BOOST_TEST(config.n_layers == 2);
  BOOST_TEST(config.p_drop == 0.1f);
  BOOST_TEST(config.n_positions == 9);
}

BOOST_FIXTURE_TEST_CASE(the_same_run_makes_the_same_file, Saved) {
  const std::string first = bytes_of(path);
  save_checkpoint(path, original.store, metadata, companions);
  BOOST_TEST((bytes_of(path) == first));
  save_checkpoint(path, Store(2).store, metadata, companions);
  BOOST_TEST((bytes_of(path) != first));
}

BOOST_FIXTURE_TEST_CASE(tensors_have_the_names_that_pytorch_users_expect, Saved) {
  const TensorFile file(path);
  BOOST_TEST(file.tensors().size() == 8u);
  const MatrixView w = original.store.at("layer.w").value();
  const auto saved = file.values<float>("layer.w", {2, 3});
  BOOST_TEST(std::vector(saved.begin(), saved.end()) == std::vector(w.data, w.data + 6),
             boost::test_tools::per_element());
  BOOST_TEST(file.contains("adam.first_moment.layer.b"));
  BOOST_TEST(file.contains("adam.second_moment.layer.b"));
}

BOOST_FIXTURE_TEST_CASE(a_model_of_another_kind_is_refused, Saved) {
  const auto load_into = [&](ParameterStore& store) {
    Checkpoint(path).load_into(store, {"words", "nothing"});
  };
  Store wider(1, 4);
  BOOST_TEST(fails(ExitCode::bad_data, "tensor 'layer.", [&] { load_into(wider.store); }));
  Store larger(1);
  larger.store.add("more", 1, 1, Initial::zeros());
  BOOST_TEST(fails(ExitCode::bad_data, "no tensor", [&] { load_into(larger.store); }));
  ParameterStore smaller(1);
  smaller.add("layer.w", 2, 3, Initial::zeros());
  BOOST_TEST(fails(ExitCode::bad_data, "layer.b", [&] { load_into(smaller); }));
}

BOOST_FIXTURE_TEST_CASE(a_companion_that_nobody_knows_is_refused, Saved) {
  BOOST_TEST(fails(ExitCode::bad_data, path.string() + ": tensor 'words' (10) is unknown here",
                   [&] { Checkpoint(path).load_into(original.store, {"nothing"}); }));
  // One that is known may be missing.
  save_checkpoint(path, original.store, metadata);
  BOOST_CHECK_NO_THROW(Checkpoint(path).load_into(original.store, {"words"}));
}

BOOST_FIXTURE_TEST_CASE(numbers_are_no_companion, Saved) {
  const Checkpoint checkpoint(path);
  BOOST_TEST(fails(ExitCode::bad_data, path.string() + ": tensor 'layer.w': expected",
                   [&] { checkpoint.companion("layer.w"); }));
}

BOOST_FIXTURE_TEST_CASE(entries_that_are_missing_or_no_numbers_are_named_with_the_file, Saved) {
  const auto open = [&] { return Checkpoint(path); };
  const std::string name = path.string();
  BOOST_TEST(
      fails(ExitCode::bad_data, name + ": no entry \"epoch\"", [&] { open().integer("epoch"); }));
  for (const std::string value :
       {"", "many", "1.5", "-1", "1 ", " 1", "99999999999999999999", "0x10", "nan"}) {
    save_with({{"step", value}});
    BOOST_TEST(fails(ExitCode::bad_data, name + ": entry \"step\" is \"" + value + "\"",
                     [&] { open().integer("step"); }));
  }
  save_with({{"step", "010"}});
  BOOST_TEST(open().integer("step") == 10);
  save_without("d-ff");
  BOOST_TEST(fails(ExitCode::bad_data, name + ": no entry \"d-ff\"", [&] { sizes_in(open()); }));
}

BOOST_FIXTURE_TEST_CASE(sizes_that_no_model_has_are_refused, Saved) {
  const Metadata impossible[] = {{{"d-model", "0"}},     {{"n-heads", "0"}}, {{"n-layers", "0"}},
                                 {{"n-positions", "1"}}, {{"d-ff", "0"}},    {{"p-drop", "1"}}};
  for (const Metadata& changes : impossible) {
    save_with(changes);
    BOOST_TEST(
        fails(ExitCode::bad_data, "expected a number from", [&] { sizes_in(Checkpoint(path)); }));
  }
}

BOOST_FIXTURE_TEST_CASE(numbers_that_are_not_finite_are_refused, Saved) {
  for (const float bad : {std::nanf(""), std::numeric_limits<float>::infinity()}) {
    for (const std::span<float> block : {original.store.values(), original.store.first_moments(),
                                         original.store.second_moments()}) {
      const float good = std::exchange(block[0], bad);
      save_checkpoint(path, original.store, metadata);
      BOOST_TEST(fails(ExitCode::bad_data, "not finite", [&] { Checkpoint{path}; }));
      block[0] = good;
    }
  }
}

BOOST_FIXTURE_TEST_CASE(another_version_is_refused, Saved) {
  const TensorFile file(path);
  for (const std::string version : {"0", "3", "1000", "one"}) {
    TensorFileWriter writer;
    writer.set_metadata("format-version", version);
    writer.write(path);
    BOOST_TEST(fails(ExitCode::bad_data, version, [&] { Checkpoint{path}; }));
    if (version == "3" || version == "1000") {
      BOOST_TEST(fails(ExitCode::bad_data, "written by a newer version of this program",
                       [&] { Checkpoint{path}; }));
    }
  }
}

BOOST_FIXTURE_TEST_CASE(a_checkpoint_from_before_there_were_companions_is_read, Saved) {
  const TensorFile file(path);
  TensorFileWriter writer;
  for (const TensorInfo& tensor : file.tensors()) {
    if (tensor.dtype == "F32")
      writer.add(tensor.name, tensor.shape, file.values<float>(tensor.name));
  }
  for (const auto& [key, value] : metadata) writer.set_metadata(key, value);
  writer.set_metadata("format-version", "1");
  writer.write(path);
  Store other(2);
  Checkpoint(path).load_into(other.store);
  BOOST_TEST((other.bits() == original.bits()));
}

BOOST_FIXTURE_TEST_CASE(a_file_without_a_digest_is_refused, Saved) {
  const std::string header = R"({"__metadata__":{"format-version":"1"}})";
  std::string bytes(8, '\0');
  bytes[0] = static_cast<char>(header.size());
  write("other.safetensors", bytes + header);
  BOOST_TEST(
      fails(ExitCode::bad_data, "no digest", [&] { Checkpoint{*this / "other.safetensors"}; }));
}

BOOST_FIXTURE_TEST_CASE(a_missing_checkpoint_is_missing_input, Saved) {
  BOOST_TEST(fails(ExitCode::no_input, "nowhere", [&] { Checkpoint{*this / "nowhere"}; }));
  BOOST_TEST(fails(ExitCode::no_input, "folder", [&] { Checkpoint{*this / ""}; }));
}

// These change the file in its place: to write thousands of new ones would take the disk long.

BOOST_FIXTURE_TEST_CASE(a_checkpoint_that_is_cut_anywhere_is_refused, Saved) {
  for (size_t n_bytes = bytes_of(path).size(); n_bytes-- > 0;) {
    std::filesystem::resize_file(path, n_bytes);
    const auto refusal = fails(ExitCode::bad_data, path.string(), [&] { Checkpoint{path}; });
    if (!refusal) BOOST_TEST(refusal, n_bytes << " bytes");
  }
}

BOOST_FIXTURE_TEST_CASE(a_checkpoint_with_any_bit_flipped_is_refused, Saved) {
  const std::string bytes = bytes_of(path);
  std::fstream file(path, std::ios::binary | std::ios::in | std::ios::out);
  const auto put = [&](size_t place, int byte) {
    file.seekp(static_cast<std::streamoff>(place)).put(static_cast<char>(byte)).flush();
  };
  for (size_t bit = 0; bit < 8 * bytes.size(); ++bit) {
    put(bit / 8, bytes[bit / 8] ^ (1 << bit % 8));
    const auto refusal = fails(ExitCode::bad_data, path.string(), [&] { Checkpoint{path}; });
    if (!refusal) BOOST_TEST(refusal, "bit " << bit);
    put(bit / 8, bytes[bit / 8]);
  }
  BOOST_TEST((bytes_of(path) == bytes));
  BOOST_CHECK_NO_THROW(Checkpoint{path});
}
