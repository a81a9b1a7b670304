// The numbers that shape a model or a run, each listed once. From the list come the flags of the
// command line, what a checkpoint says of them, and what is read back from it.
//
// A struct has a list where a function `each_setting` shows its numbers to a visitor, each with its
// name, its place, its bounds and what it means:
//
//   template <class Visit>
//   void each_setting(ModelConfig& model, Visit visit) {
//     visit("d-model", model.d_model, 1, 65536, "Width of the model");
//   }
#pragma once

#include <string>
#include <string_view>
#include <type_traits>

#include "src/io/checkpoint.hpp"

namespace transformer {

/// The settings as text, under their names.
template <class Settings>
Metadata describe(Settings settings) {
  Metadata metadata;
  each_setting(settings, [&](std::string_view name, const auto& value, const auto&...) {
    metadata[std::string(name)] = fmt::to_string(value);
  });
  return metadata;
}

/// Sets them to what a checkpoint says. Throws Error (bad_data) where it does not say one, or says
/// what is out of its bounds.
template <class Settings>
void read_settings(const Checkpoint& checkpoint, Settings& settings) {
  const auto read = [&](std::string_view name, auto& value, auto low, auto high, const auto&) {
    using Number = std::remove_reference_t<decltype(value)>;
    value = checkpoint.number<Number>(std::string(name), static_cast<Number>(low),
                                      static_cast<Number>(high));
  };
  each_setting(settings, read);
}

}  // namespace transformer
