#include "src/book/trace.hpp"

#include <cmath>
#include <fstream>
#include <iterator>
#include <nlohmann/json.hpp>

#include "src/base/error.hpp"
#include "src/io/atomic_file.hpp"
#include "src/run/root.hpp"

namespace transformer {
namespace {

using Json = nlohmann::ordered_json;

/// Rows of numbers with six digits: what a float is worth.
Json rows_of(const Matrix& matrix) {
  Json rows = Json::array();
  for (size_t i = 0; i < matrix.shape(0); ++i) {
    Json row = Json::array();
    for (size_t j = 0; j < matrix.shape(1); ++j) {
      if (!std::isfinite(matrix(i, j))) {
        fail(ExitCode::internal, "trace: a number in row {} is not finite; show another model", i);
      }
      row.push_back(Json::parse(fmt::format("{:.6g}", matrix(i, j))));
    }
    rows.push_back(std::move(row));
  }
  return rows;
}

Json json_of(const TracedAttention& attention) {
  return {{"title", attention.title},   {"heads", attention.n_heads},
          {"causal", attention.causal}, {"queries", attention.queries},
          {"keys", attention.keys},     {"q", rows_of(attention.q)},
          {"k", rows_of(attention.k)},  {"v", rows_of(attention.v)}};
}

std::string page_template() {
  const std::filesystem::path path = project_root() / "src" / "book" / "trace_page.html";
  std::ifstream file(path, std::ios::binary);
  if (!file) fail(ExitCode::no_input, "{}: cannot be read", path.string());
  return {std::istreambuf_iterator<char>(file), {}};
}

/// Text in ASCII, all else as \uXXXX: no reader of the page can take offence at a character. Nor
/// may
/// `<` stand in a script: a word such as `</s>` would end it.
std::string safe_in_script(const Json& data) {
  std::string json = data.dump(-1, ' ', true, Json::error_handler_t::replace);
  for (size_t at = json.find('<'); at != std::string::npos; at = json.find('<', at)) {
    json.replace(at, 1, "\\u003c");
  }
  return json;
}

}  // namespace

void write_trace(const std::filesystem::path& path, const std::string& title,
                 std::span<const TracedAttention> attentions) {
  if (attentions.empty()) fail(ExitCode::internal, "trace: no attention to show");
  Json data{{"title", title}, {"attentions", Json::array()}};
  for (const TracedAttention& attention : attentions) {
    data["attentions"].push_back(json_of(attention));
  }
  std::string page = page_template();
  const std::string place = "/*TRACE*/null";
  page.replace(page.find(place), place.size(), safe_in_script(data));
  replace_file(path, page);
}

}  // namespace transformer
