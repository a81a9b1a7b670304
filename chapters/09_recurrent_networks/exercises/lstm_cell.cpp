#include "chapters/09_recurrent_networks/exercises/lstm_cell.hpp"

namespace transformer {

LstmNumbers exercise_lstm(const Matrix& sums, const Matrix& c_before) {
  // Nothing is written, nothing is forgotten, nothing is said.
  return {zeros(static_cast<Index>(sums.shape(0)), static_cast<Index>(c_before.shape(1))),
          c_before};
}

}  // namespace transformer
