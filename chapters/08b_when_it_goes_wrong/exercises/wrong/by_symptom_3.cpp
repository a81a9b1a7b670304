// The check says: read in other numbers, different sources would still get different translations
#include "chapters/08b_when_it_goes_wrong/exercises/by_symptom.hpp"

namespace transformer {

std::string patient_anna() { return "dropout_left_on"; }
std::string patient_bela() { return "mask_transposed"; }
std::string patient_cleo() { return "positions_forgotten"; }
std::string patient_dora() { return "other_vocabulary"; }
std::string patient_emil() { return "target_not_shifted"; }

}  // namespace transformer
