// The tapes that a translator of many sentences works with.
#pragma once

#include <memory>
#include <vector>

#include "chapters/08_translation/ensemble_translations.hpp"

namespace transformer {

/// The tapes whose threads share the work of a batch, and those of each thread alone, whose memory
/// stays from batch to batch. Batches do not depend on each other, so that threads which take whole
/// ones need not wait for each other.
class TranslationTapes {
 public:
  explicit TranslationTapes(Threads& threads) : together_(threads) {}

  /// For work with one model, of all threads.
  Tape& together() { return together_.of(0); }

  /// Calls visit(tapes, i) for each of `n_batches`. With enough of them, every thread takes some;
  /// else the threads share each.
  template <class Visit>
  void each_batch(Index n_batches, const Visit& visit) {
    Threads& threads = together_.threads();
    if (threads.count() == 1 || n_batches < 2 * threads.count()) {
      for (Index i = 0; i < n_batches; ++i) visit(together_, i);
      return;
    }
    while (std::ssize(own_) < threads.count()) {
      own_.push_back(std::make_unique<EnsembleTapes>(Threads::serial()));
    }
    threads.parallel_for(
        n_batches, [&](Index i, int worker) { visit(*own_[static_cast<size_t>(worker)], i); });
  }

 private:
  EnsembleTapes together_;
  std::vector<std::unique_ptr<EnsembleTapes>> own_;
};

}  // namespace transformer
