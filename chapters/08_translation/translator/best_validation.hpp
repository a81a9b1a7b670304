// The best of a training's validations so far.
#pragma once

#include <cstdint>
#include <limits>
#include <optional>
#include <string>

#include "src/io/checkpoint.hpp"

namespace transformer {

/// What a validation found.
struct ValidationResult {
  double bleu = 0.0, loss = 0.0;

  /// Of two with one BLEU, such as 0 at the beginning, the smaller loss is better.
  bool is_better_than(const ValidationResult& other) const {
    return bleu != other.bleu ? bleu > other.bleu : loss < other.loss;
  }
};

/// The best one, how many came after it, and how many in which nothing got better. A checkpoint
/// keeps all.
class BestValidation {
 public:
  /// The text with this digest is validated with from now on.
  void begin(const std::string& text_digest) { text_digest_ = text_digest; }
  /// Takes what a checkpoint says. Where that is of another text it counts no more, with a warning.
  /// Throws Error (bad_data).
  void resume(const Checkpoint& checkpoint);
  /// Returns whether this one is the best so far.
  bool note(const ValidationResult& found);

  const std::optional<ValidationResult>& best() const { return best_; }
  /// Validations since the best one.
  std::int64_t n_worse() const { return n_worse_; }
  /// Validations since BLEU or loss was better than ever before.
  std::int64_t n_idle() const { return n_idle_; }
  /// Of a checkpoint; nothing before the first validation.
  Metadata metadata() const;

 private:
  std::string text_digest_;
  std::optional<ValidationResult> best_;
  double least_loss_ = std::numeric_limits<double>::infinity();
  std::int64_t n_worse_ = 0, n_idle_ = 0;
};

}  // namespace transformer
