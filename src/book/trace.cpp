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

/// Rows of numbers, six digits unless fewer are enough.
Json rows_of(const Matrix& matrix, int n_digits = 6) {
  Json rows = Json::array();
  for (size_t i = 0; i < matrix.shape(0); ++i) {
    Json row = Json::array();
    for (size_t j = 0; j < matrix.shape(1); ++j) {
      if (!std::isfinite(matrix(i, j))) {
        fail(ExitCode::internal, "trace: a number in row {} is not finite; show another model", i);
      }
      row.push_back(Json::parse(fmt::format("{:.{}g}", matrix(i, j), n_digits)));
    }
    rows.push_back(std::move(row));
  }
  return rows;
}

/// `before` is what the rows were when they came here: what is the same is not written twice.
Json json_of(const TracedNorm& norm, const Matrix& before) {
  Json json = Json::object();
  if (norm.x != before) json["x"] = rows_of(norm.x, 4);
  json["sublayer"] = rows_of(norm.sublayer, 4);
  json["y"] = rows_of(norm.y, 4);
  return json;
}

Json json_of(const TracedAttention& attention, Matrix& before) {
  Json json = {{"title", attention.title},     {"heads", attention.n_heads},
               {"causal", attention.causal},   {"cross", attention.cross},
               {"queries", attention.queries}, {"keys", attention.keys},
               {"q", rows_of(attention.q)},    {"k", rows_of(attention.k)},
               {"v", rows_of(attention.v)},    {"norms", Json::array()}};
  for (const TracedNorm& norm : attention.norms) {
    json["norms"].push_back(json_of(norm, before));
    before = norm.y;
  }
  return json;
}

Json json_of(const Trace& trace) {
  Json json = {{"title", trace.title},
               {"translation", trace.translation},
               {"attentions", Json::array()},
               {"next", Json::array()}};
  Matrix before;
  for (const TracedAttention& attention : trace.attentions) {
    json["attentions"].push_back(json_of(attention, before));
  }
  for (const std::vector<TracedCandidate>& candidates : trace.next) {
    Json row = Json::array();
    for (const TracedCandidate& candidate : candidates) {
      row.push_back({candidate.token, Json::parse(fmt::format("{:.4g}", candidate.probability))});
    }
    json["next"].push_back(std::move(row));
  }
  return json;
}

/// A file beside this one, which the page is put together from.
std::string part_of_page(const std::string& name) {
  const std::filesystem::path path = project_root() / "src" / "book" / name;
  std::ifstream file(path, std::ios::binary);
  if (!file) fail(ExitCode::no_input, "{}: cannot be read", path.string());
  return {std::istreambuf_iterator<char>(file), {}};
}

void put(std::string& page, const std::string& place, const std::string& text) {
  page.replace(page.find(place), place.size(), text);
}

/// Text in ASCII, all else as \uXXXX: no reader of the page can take offence at a character. Nor
/// may `<` stand in a script: a word such as `</s>` would end it.
std::string safe_in_script(const Json& data) {
  std::string json = data.dump(-1, ' ', true, Json::error_handler_t::replace);
  for (size_t at = json.find('<'); at != std::string::npos; at = json.find('<', at)) {
    json.replace(at, 1, "\\u003c");
  }
  return json;
}

}  // namespace

void write_trace(const std::filesystem::path& path, const Trace& trace) {
  if (trace.attentions.empty()) fail(ExitCode::internal, "trace: no attention to show");
  const std::string data = safe_in_script(json_of(trace));
  if (path.extension() == ".json") return replace_file(path, data + "\n");
  std::string page = part_of_page("trace_page.html");
  put(page, "/*STYLE*/", part_of_page("trace_page.css"));
  put(page, "/*SCRIPT*/", part_of_page("trace_page.js"));
  put(page, "/*TRACE*/null", data);
  replace_file(path, page);
}

}  // namespace transformer
