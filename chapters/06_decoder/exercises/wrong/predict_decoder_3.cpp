// The check says: the end mark takes a step, too
#include "chapters/06_decoder/exercises/predict_decoder.hpp"

namespace transformer {

double predicted_positions_that_notice() { return 5; }

double predicted_rows_of_memory() { return 7; }

double predicted_positions_that_hear_of_it() { return 7; }

double predicted_visible_pairs() { return 55; }

double predicted_rows_without_a_cache() { return 55; }

}  // namespace transformer
