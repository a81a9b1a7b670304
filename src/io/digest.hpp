// A fingerprint of bytes: tells damage and mix-ups, not forgery.
#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <string>
#include <string_view>

struct XXH3_state_s;

namespace transformer {

/// XXH3-128 (Collet, xxHash 0.8) of bytes that come in pieces of any size.
class Digest {
 public:
  static constexpr std::size_t n_hex_digits = 32;

  Digest();
  Digest& update(std::span<const std::byte> bytes);
  Digest& update(std::string_view text) { return update(std::as_bytes(std::span(text))); }

  /// The digest of everything so far: 32 lower-case hexadecimal digits, the same on every machine.
  std::string hex() const;

 private:
  struct Free {
    void operator()(XXH3_state_s* state) const;
  };
  std::unique_ptr<XXH3_state_s, Free> state_;
};

/// The digest of one piece of text.
inline std::string digest_of(std::string_view text) { return Digest().update(text).hex(); }

}  // namespace transformer
