#include "chapters/10_additive_attention/exercises/first_look.hpp"

#include <cmath>

namespace transformer {

double mixture_at_first() { return 2; }

double gradient_of_the_key() { return 0; }

double gradient_of_v() { return -0.5; }

double limit_of_a_weight() { return 1 / (1 + std::exp(-2.0)); }

}  // namespace transformer
