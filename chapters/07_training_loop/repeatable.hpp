// What the chapter's program shows of memory and of repeatability.
#pragma once

namespace transformer {

/// Prints that the loss in chunks of rows equals the loss of all logits at once, and what it keeps.
void show_chunks();

/// Trains a small model with dropout in three ways, with one thread, with three, and with a stop in
/// between, and prints how many bits of the parameters differ.
void show_repeatability();

}  // namespace transformer
