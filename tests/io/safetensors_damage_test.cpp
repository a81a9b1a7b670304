// What must happen with files that are broken, by accident or on purpose.
#include <sys/resource.h>

#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>
#include <cstring>

#include "src/base/philox.hpp"
#include "tests/io/tensor_samples.hpp"
#include "tests/support/child_process.hpp"
#include "tests/support/errors.hpp"
#include "tests/support/temporary_folder.hpp"

namespace transformer::test {
namespace {

boost::test_tools::predicate_result refused(const TemporaryFolder& folder, std::string_view bytes,
                                            std::string_view why = "") {
  const auto path = folder.write("damaged", bytes);
  return fails(ExitCode::bad_data, why, [&] { TensorFile file(path); });
}

bool is_refused(const TemporaryFolder& folder, std::string_view bytes) {
  return static_cast<bool>(refused(folder, bytes));
}

std::string small_file(const TemporaryFolder& folder) {
  save_version(folder / "small", 3, 1);
  return bytes_of(folder / "small");
}

BOOST_AUTO_TEST_CASE(a_file_cut_short_at_any_length_is_refused) {
  const TemporaryFolder folder;
  const std::string good = small_file(folder);
  for (size_t length = 0; length < good.size(); ++length) {
    BOOST_REQUIRE_MESSAGE(is_refused(folder, good.substr(0, length)), "length " << length);
  }
  BOOST_TEST(refused(folder, good.substr(0, good.size() - 1),
                     "truncated: the header says 104 bytes of data, the file has 103"));
}

BOOST_AUTO_TEST_CASE(bytes_after_the_end_are_refused) {
  const TemporaryFolder folder;
  BOOST_TEST(refused(folder, small_file(folder) + '\0', "trailing bytes"));
}

BOOST_AUTO_TEST_CASE(every_flipped_bit_is_refused) {
  const TemporaryFolder folder;
  std::string bytes = small_file(folder);
  for (size_t bit = 0; bit < bytes.size() * 8; ++bit) {
    const auto flip = static_cast<char>(1 << bit % 8);
    bytes[bit / 8] ^= flip;
    BOOST_REQUIRE_MESSAGE(is_refused(folder, bytes), "bit " << bit << " of " << bytes);
    bytes[bit / 8] ^= flip;
  }
  BOOST_TEST(version_of(folder.write("restored", bytes)) == 3);
}

BOOST_AUTO_TEST_CASE(a_lying_header_length_is_refused) {
  const TemporaryFolder folder;
  const std::string good = small_file(folder);
  const auto with_length = [&](std::uint64_t length) {
    std::string bytes = good;
    std::memcpy(bytes.data(), &length, sizeof length);
    return bytes;
  };
  for (const std::uint64_t length :
       {std::uint64_t{0}, std::uint64_t{1}, std::uint64_t{1} << 24, (std::uint64_t{1} << 24) + 1,
        std::uint64_t{100'000'000}, std::uint64_t{1} << 32, std::uint64_t{1} << 63,
        ~std::uint64_t{0}, ~std::uint64_t{0} - 7, static_cast<std::uint64_t>(good.size()),
        static_cast<std::uint64_t>(good.size()) - 7, static_cast<std::uint64_t>(good.size()) - 8}) {
    BOOST_TEST(is_refused(folder, with_length(length)), "length " << length);
  }
  const std::uint64_t all = good.size(), most = TensorFile::max_header_bytes;
  BOOST_TEST(
      refused(folder, with_length(all - 7),
              fmt::format("truncated: the header has {} bytes, the file {};", all - 7, all)));
  BOOST_TEST(refused(folder, with_length(most), "truncated: the header has 100000000 bytes"));
  BOOST_TEST(refused(folder, with_length(most + 1),
                     "its header would have 100000001 bytes, 100000000 are the most"));
  BOOST_TEST(refused(folder, good.substr(0, 7), "truncated: 7 bytes are too few"));
}

struct BadHeader {
  std::string header;
  size_t n_data_bytes;
  std::string why;
};
std::ostream& operator<<(std::ostream& out, const BadHeader& bad) {
  return out << bad.header.substr(0, 100);
}

std::string tensor(std::string_view dtype, std::string_view shape, std::string_view offsets) {
  return fmt::format(R"({{"w":{{"dtype":{},"shape":{},"data_offsets":{}}}}})", dtype, shape,
                     offsets);
}

const std::string f32 = "\"F32\"";

const BadHeader bad_headers[] = {
    {"", 0, "not one JSON object"},
    {"    ", 0, "not one JSON object"},
    {"[]", 0, "not one JSON object"},
    {" {}", 0, "not one JSON object"},
    {"\xEF\xBB\xBF{}", 0, "not one JSON object"},
    {std::string("{}\0", 3), 0, "not one JSON object"},
    {std::string("{}\0}", 4), 0, "not one JSON object"},
    {"{}x", 0, "not one JSON object"},
    {"{}}", 0, "not valid JSON"},
    {"{}{}", 0, "not valid JSON"},
    {"{\"w\xFF\":1}", 0, "not valid JSON"},
    {"{\"a\":NaN}", 0, "not valid JSON"},
    {"{'a':1}", 0, "not valid JSON"},
    {"{/**/}", 0, "not valid JSON"},
    {R"({"w":1})", 0, "a number where none may be"},
    {R"({"w":null})", 0, "null"},
    {R"({"w":"x"})", 0, "a string"},
    {R"({"w":[]})", 0, "a list"},
    {R"({"w":{}})", 0, "tensor 'w': needs dtype, shape and data_offsets"},
    {R"({"w":{"dtype":"F32","shape":[1]}})", 4, "needs"},
    {R"({"w":{"dtype":"F32","data_offsets":[0,4]}})", 4, "needs"},
    {R"({"__metadata__":{"digest":"\u0078xh3-128:00000000000000000000000000000000"}})", 0,
     "does not match its digest"},
    {R"({"w":{"dtype":{}}})", 0, "an object"},
    {R"({"__metadata__":{"a":1}})", 0, "metadata: a number"},
    {R"({"__metadata__":{"a":{}}})", 0, "metadata: an object"},
    {R"({"__metadata__":{"a":"1","a":"1"}})", 0, "duplicate"},
    {R"({"__metadata__":{},"__metadata__":{}})", 0, "duplicate"},
    {R"({"__metadata__":{"digest":"sha256:0f3a"}})", 0,
     "metadata 'digest': 'digest' and values that begin with 'xxh3-128:' are kept for a digest"},
    {R"({"__metadata__":{"digest":"xxh3-128:0"}})", 0, "rename it"},
    {R"({"__metadata__":{"hash":"xxh3-128:0123456789abcdef0123456789abcdef"}})", 0,
     "metadata 'hash'"},
    {R"({"__metadata__":{"digest":"xxh3-128:00000000000000000000000000000000"}})", 0,
     "does not match its digest"},
    {tensor("\"F31\"", "[1]", "[0,4]"), 4, "tensor 'w': unknown dtype 'F31'"},
    {tensor("32", "[1]", "[0,4]"), 4, "tensor 'w': a number"},
    {tensor(f32, "1", "[0,4]"), 4, "tensor 'w': a number"},
    {tensor(f32, "[-1]", "[0,4]"), 4, "tensor 'w': a negative number"},
    {tensor(f32, "[1.0]", "[0,4]"), 4, "tensor 'w': a number that is not whole"},
    {tensor(f32, "[1e0]", "[0,4]"), 4, "tensor 'w': a number that is not whole"},
    {tensor(f32, "[1e999]", "[0,4]"), 4, "not valid JSON"},
    {tensor(f32, "[\"1\"]", "[0,4]"), 4, "tensor 'w': a string"},
    {tensor(f32, "[[1]]", "[0,4]"), 4, "tensor 'w': a list"},
    {tensor(f32, "[true]", "[0,4]"), 4, "tensor 'w': true or false"},
    {tensor(f32, "[2]", "[0,4]"), 4, "tensor 'w': F32 (2) does not fit its 4 bytes"},
    {tensor(f32, "[1]", "[0,4,4]"), 4, "two numbers"},
    {tensor(f32, "[1]", "[4]"), 4, "two numbers"},
    {tensor(f32, "[1]", "[0,\"4\"]"), 4, "a string"},
    {tensor(f32, "[1]", "[-4,0]"), 4, "a negative number"},
    {tensor(f32, "[1]", "[4,8]"), 8, "leave a hole"},
    {tensor(f32, "[1]", "[4,0]"), 4, "overlap"},
    {tensor(f32, "[0]", "[4,4]"), 4, "leave a hole"},
    {tensor(f32, "[1]", "[0,4]"), 5, "trailing bytes"},
    {tensor(f32, "[1]", "[0,4]"), 3, "truncated"},
    {tensor(f32, "[4294967296,4294967296,4294967296]", "[0,0]"), 0, "does not fit"},
    {tensor(f32, "[4611686018427387905]", "[0,4]"), 4, "does not fit"},
    {tensor(f32, "[4294967296,4294967296,0]", "[0,0]"), 0, "does not fit"},
    {tensor(f32, "[18446744073709551615]", "[0,4]"), 4, "too large"},
    {tensor(f32, "[18446744073709551616]", "[0,4]"), 4, "too large"},
    {tensor(f32, "[1]", "[0,18446744073709551615]"), 4, "too large"},
    {tensor("\"F4\"", "[3]", "[0,1]"), 1, "does not fit"},
    {tensor(f32, "[1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1]", "[0,4]"), 4, "more than 16"},
    {R"({"w":{"dtype":"F32","dtype":"F32","shape":[1],"data_offsets":[0,4]}})", 4, "duplicate"},
    {R"({"w":{"dtype":"F32","shape":[1],"data_offsets":[0,4],"strides":[1]}})", 4,
     "unknown key 'strides'"},
    {R"({"w":{"dtype":"U8","shape":[1],"data_offsets":[0,1]},)"
     R"("w":{"dtype":"U8","shape":[1],"data_offsets":[1,2]}})",
     2, "duplicate"},
    {R"({"a":{"dtype":"U8","shape":[2],"data_offsets":[0,2]},)"
     R"("b":{"dtype":"U8","shape":[2],"data_offsets":[1,3]}})",
     3, "tensor 'b': data_offsets [1, 3] overlap"},
    {R"({"a":{"dtype":"U8","shape":[2],"data_offsets":[0,2]},)"
     R"("b":{"dtype":"U8","shape":[2],"data_offsets":[3,5]}})",
     5, "tensor 'b': data_offsets [3, 5]"},
};

BOOST_DATA_TEST_CASE(a_header_that_breaks_a_rule_is_refused, bad_headers, bad) {
  const TemporaryFolder folder;
  BOOST_TEST(refused(folder, raw_file(bad.header, bad.n_data_bytes), bad.why));
}

BOOST_AUTO_TEST_CASE(a_million_nested_lists_are_refused) {
  const TemporaryFolder folder;
  std::string header = R"({"a":)";
  header += std::string(1'000'000, '[') + std::string(1'000'000, ']') + "}";
  BOOST_TEST(refused(folder, raw_file(header), "a list"));
  std::string nested;
  for (int i = 0; i < 1'000'000; ++i) nested += R"({"a":)";
  BOOST_TEST(refused(folder, raw_file(nested + "1}"), "unknown key"));
}

BOOST_AUTO_TEST_CASE(a_header_of_a_hundred_thousand_tensors_is_read) {
  const TemporaryFolder folder;
  std::string header = "{";
  for (int i = 0; i < 100'000; ++i) {
    header += fmt::format(R"({}"w{}":{{"dtype":"U8","shape":[1],"data_offsets":[{},{}]}})",
                          i > 0 ? "," : "", i, i, i + 1);
  }
  const TensorFile file(folder.write("many", raw_file(header + "}", 100'000)));
  BOOST_TEST(file.scalar<std::uint8_t>("w99999") == 1);
}

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr bool has_own_address_space = true;
#else
constexpr bool has_own_address_space = false;
#endif

// One of a few kinds of damage at random places.
std::string mutated(std::string bytes, RandomKey key) {
  std::uint64_t draw = 0;
  const auto below = [&](size_t n) { return key.below(draw++, static_cast<std::uint32_t>(n)); };
  const char digits[] = "0123456789[]{},:\"-e.";
  for (std::uint32_t n = 1 + below(3); n > 0; --n) {
    const std::uint32_t place = below(bytes.size());
    switch (below(6)) {
      case 0:
        bytes[place] = static_cast<char>(below(256));
        break;
      case 1:
        bytes[place] = digits[below(sizeof digits - 1)];
        break;
      case 2:
        bytes.erase(place, 1 + below(8));
        break;
      case 3:
        bytes.insert(place, 1 + below(8), digits[below(sizeof digits - 1)]);
        break;
      case 4:
        bytes.insert(place, bytes.substr(below(bytes.size()), below(64)));
        break;
      default:
        bytes[below(8)] = static_cast<char>(below(256));
    }
    if (bytes.empty()) bytes = "x";
  }
  return bytes;
}

BOOST_AUTO_TEST_CASE(mutants_are_read_or_refused_in_little_memory) {
  // Without a digest, so that the checks of the format meet the damage, and not the digest first.
  const TemporaryFolder folder;
  const std::string good = raw_file(R"({"__metadata__":{"step":"12"},)"
                                    R"("b":{"dtype":"F64","shape":[1,2],"data_offsets":[0,16]},)"
                                    R"("w":{"dtype":"F32","shape":[2,2],"data_offsets":[16,32]}})",
                                    32);
  const int code = exit_code_of([&] {
    const rlimit limit = {256u << 20, 256u << 20};
    if (!has_own_address_space) setrlimit(RLIMIT_AS, &limit);
    int n_refused = 0;
    constexpr std::uint32_t n_mutants = 20'000;
    for (std::uint32_t i = 0; i < n_mutants; ++i) {
      const auto path = folder.write("mutant", mutated(good, {7, i, 0}));
      try {
        const TensorFile file(path);
        for (const TensorInfo& info : file.tensors()) {
          if (info.dtype == "F32") file.values<float>(info.name);
        }
        file.require_finite();
      } catch (const Error& error) {
        if (error.code() != ExitCode::bad_data) return 1;
        ++n_refused;
      }
    }
    // Most are refused; some hit nothing but numbers.
    return n_refused > static_cast<int>(n_mutants) / 2 && n_refused < static_cast<int>(n_mutants)
               ? 0
               : 2;
  });
  BOOST_TEST(code == 0);
}

}  // namespace
}  // namespace transformer::test
