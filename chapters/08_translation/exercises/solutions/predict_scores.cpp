#include "chapters/08_translation/exercises/predict_scores.hpp"

#include <cmath>

namespace transformer {

double bleu_of_the_first_half() { return 100 * std::exp(-1.0); }

double padding_of_2_and_10() { return 40.0; }

double pieces_of_aaaa() { return 3.0; }

double length_of_the_winner() { return 8.0; }

double beam_of_1_less_greedy() { return 0.0; }

}  // namespace transformer
