// A number as text, for pages and figures.
#pragma once

#include <string>

namespace transformer {

/// `number` with `digits` decimals; what rounds to zero has no sign.
std::string number_text(double number, int digits = 3);

}  // namespace transformer
