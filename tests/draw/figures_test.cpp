#include "src/draw/figures.hpp"

#include <boost/test/unit_test.hpp>
#include <cmath>
#include <fstream>
#include <iterator>
#include <limits>

#include "src/base/error.hpp"
#include "src/draw/colours.hpp"
#include "src/draw/heat_map_layout.hpp"
#include "src/draw/ticks.hpp"
#include "src/tensor/tensor.hpp"
#include "tests/support/child_process.hpp"
#include "tests/support/errors.hpp"
#include "tests/support/temporary_folder.hpp"

using namespace transformer;

namespace {

size_t count(const std::string& text, const std::string& part) {
  size_t n = 0;
  for (size_t at = text.find(part); at != std::string::npos; at = text.find(part, at + 1)) ++n;
  return n;
}

bool has(const std::string& text, const std::string& part) { return count(text, part) > 0; }

std::string labels_of(const std::vector<Tick>& ticks) {
  std::string all;
  for (const Tick& tick : ticks) all += tick.label + " ";
  return all;
}

const Matrix weights = {{0.9f, 0.1f}, {0.25f, 0.75f}};

}  // namespace

BOOST_AUTO_TEST_CASE(a_picture_has_a_white_ground_and_escaped_text) {
  Svg svg(100, 50);
  svg.text({1, 2}, "a<b & \"c\"\n");
  const std::string text = svg.str();
  BOOST_TEST(has(text, R"(<rect x="0" y="0" width="100" height="50" fill="#ffffff"/>)"));
  BOOST_TEST(has(text, "a&lt;b &amp; &quot;c&quot; </text>"));
  BOOST_TEST(text.ends_with("</svg>\n"));
}

BOOST_AUTO_TEST_CASE(text_that_xml_cannot_write_is_replaced) {
  const std::string replaced = "\xEF\xBF\xBD";
  const auto shown = [](const std::string& text) {
    Svg svg(100, 50);
    svg.text({1, 2}, text);
    const std::string picture = svg.str();
    const size_t end = picture.find("</text>"), begin = picture.rfind('>', end) + 1;
    return picture.substr(begin, end - begin);
  };
  for (int c = 0; c < 0x20; ++c) {
    const bool is_space = c == '\t' || c == '\n' || c == '\r';
    BOOST_TEST(shown({'a', static_cast<char>(c), 'b'}) ==
               (is_space ? "a b" : "a" + replaced + "b"));
  }
  // U+FFFE, U+FFFF, half of a character, a surrogate, more than there is.
  for (const std::string bad : {"\xEF\xBF\xBE", "\xEF\xBF\xBF", "\xC3", "\xED\xA0\x80", "\xFF"}) {
    const std::string text = shown("a" + bad + "b");
    BOOST_TEST(has(text, replaced));
    BOOST_TEST(!has(text, bad));
    BOOST_TEST((text.front() == 'a' && text.back() == 'b'));
  }
  // What XML takes stays: DEL and C1, U+D7FF, U+E000, U+FFFD, U+1FFFE and U+10FFFF.
  for (const std::string good : {"\x7F", "\xC2\x80", "\xED\x9F\xBF", "\xEE\x80\x80", "\xEF\xBF\xBD",
                                 "\xF0\x9F\xBF\xBE", "\xF4\x8F\xBF\xBF", "\u00E9", "\u732B"}) {
    BOOST_TEST(shown("a" + good + "b") == "a" + good + "b");
  }
}

BOOST_AUTO_TEST_CASE(lengths_have_two_decimals_at_most_and_no_negative_zero) {
  Svg svg(10, 10);
  svg.line({-0.001, 1.0 / 3}, {2.50, 100});
  BOOST_TEST(has(svg.str(), R"(x1="0" y1="0.33" x2="2.5" y2="100")"));
}

BOOST_AUTO_TEST_CASE(equal_neighbours_of_a_grid_become_one_stroke) {
  const MatrixOf<int> levels = {{1, 1, 0}, {0, 0, 0}};
  const std::vector<Colour> colours = {white, ink};
  Svg svg(30, 20);
  svg.grid({0, 0, 30, 20}, view_of(levels), colours);
  BOOST_TEST(has(svg.str(), R"(stroke="#ffffff" d="M2 0h1M0 1h3")"));
  BOOST_TEST(has(svg.str(), R"(stroke="#222222" d="M0 0h2")"));
}

BOOST_AUTO_TEST_CASE(ticks_are_round_numbers_inside_the_range) {
  BOOST_TEST(labels_of(linear_ticks(0.0, 1.0, 5)) == "0.0 0.2 0.4 0.6 0.8 1.0 ");
  BOOST_TEST(labels_of(linear_ticks(-1.0, 1.0, 5)) == "-1.0 -0.5 0.0 0.5 1.0 ");
  BOOST_TEST(labels_of(linear_ticks(3.0, 20100.0, 5)) == "5000 10000 15000 20000 ");
  BOOST_TEST(labels_of(log_ticks(0.5, 2e6)) == "1 10 100 1000 10000 10⁵ 10⁶ ");
  BOOST_TEST(labels_of(log_ticks(1e-5, 5e-4)) == "10⁻⁵ 2·10⁻⁵ 5·10⁻⁵ 10⁻⁴ 2·10⁻⁴ 5·10⁻⁴ ");
  BOOST_TEST(labels_of(index_ticks(50, 5)) == "0 10 20 30 40 ");
  BOOST_TEST(labels_of(index_ticks(3, 10)) == "0 1 2 ");
}

BOOST_AUTO_TEST_CASE(a_heat_map_shows_numbers_and_labels) {
  const HeatMapStyle style{.title = "Weights",
                           .row_labels = {"the", "dog"},
                           .column_labels = {"le", "chien"},
                           .low = 0,
                           .high = 1,
                           .numbers = true};
  const std::string svg = heat_map(view_of(weights), style);
  for (const char* text : {">Weights<", ">the<", ">chien<", ">0.90<", ">0.25<", ">1.0<"}) {
    BOOST_TEST(has(svg, text), text);
  }
  // A number stands out from a dark cell in white.
  BOOST_TEST(has(svg, "fill=\"#ffffff\">0.90<"));
  BOOST_TEST(has(svg, "fill=\"#222222\">0.10<"));
}

BOOST_AUTO_TEST_CASE(a_figure_has_the_same_bytes_every_time) {
  BOOST_TEST(heat_map(view_of(weights)) == heat_map(view_of(weights)));
  const std::vector<Series> lines = {{"a", {1, 2, 3}, {0.1, 0.2, 0.3}}};
  BOOST_TEST(line_chart(lines) == line_chart(lines));
}

BOOST_AUTO_TEST_CASE(zero_is_neutral_in_a_diverging_map) {
  const Matrix numbers = {{-1.0f, 0.0f, 3.0f}};
  const std::string svg = heat_map(view_of(numbers), {.colours = ColourMap::diverging});
  const std::vector<Colour> colours = palette(ColourMap::diverging, 63);
  BOOST_TEST((colours[31] == Colour{247, 247, 247}));
  BOOST_TEST((colours.front() == Colour{5, 48, 97}));
  BOOST_TEST(has(svg, ">-2<"));
  BOOST_TEST(has(svg, ">2<"));
}

BOOST_AUTO_TEST_CASE(panels_share_labels_and_one_colour_bar) {
  const std::vector<HeatMapPanel> panels = {{"head 0", view_of(weights)},
                                            {"head 1", view_of(weights)}};
  const std::string svg = heat_maps(panels, {.row_labels = {"the", "dog"}});
  BOOST_TEST(has(svg, ">head 0<"));
  BOOST_TEST(has(svg, ">head 1<"));
  BOOST_TEST(count(svg, ">dog<") == 1u);
  BOOST_TEST(count(svg, "<g ") == 3u);
}

BOOST_AUTO_TEST_CASE(panels_whose_labels_would_overlap_stand_in_more_rows) {
  const Matrix wide = zeros(2, 30);
  const std::vector<HeatMapPanel> panels(4, {"", view_of(wide)});
  BOOST_TEST(heat_map_layout(panels, {}, 0).n_across == 4);
  const std::vector<std::string> labels(30, "a");
  const HeatMapLayout layout = heat_map_layout(panels, {.column_labels = labels}, 0);
  BOOST_TEST(layout.n_across < 4);
  BOOST_TEST(layout.n_across * layout.n_down >= 4);
}

BOOST_AUTO_TEST_CASE(a_mask_names_what_is_hidden) {
  const Matrix mask = {{2.0f, 0.0f}, {1.0f, 1.0f}};
  const std::string svg = mask_map(view_of(mask));
  BOOST_TEST(has(svg, ">hidden<"));
  BOOST_TEST(has(svg, ">visible<"));
  BOOST_TEST(has(svg, R"(stroke="#2171b5" d="M0 0h1M0 1h2")"));
}

BOOST_AUTO_TEST_CASE(shapes_and_labels_that_do_not_fit_are_refused) {
  const Matrix other = {{1.0f}};
  const std::vector<HeatMapPanel> panels = {{"a", view_of(weights)}, {"b", view_of(other)}};
  BOOST_CHECK_THROW(heat_maps(panels), Error);
  BOOST_CHECK_THROW(heat_maps({}), Error);
  BOOST_CHECK_THROW(heat_map(view_of(weights), {.row_labels = {"one"}}), Error);
  BOOST_CHECK_THROW(heat_map(view_of(weights), {.column_labels = {"1", "2", "3"}}), Error);
  const Matrix nothing;
  BOOST_CHECK_THROW(heat_map(view_of(nothing)), Error);
  const std::vector<Series> lines = {{"a", {1, 2}, {1}}};
  BOOST_CHECK_THROW(line_chart(lines), Error);
}

BOOST_AUTO_TEST_CASE(a_chart_names_its_lines_and_leaves_gaps_where_nothing_can_be_drawn) {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  const std::vector<Series> lines = {{"steady", {1, 2, 3}, {1, 1, 1}},
                                     {"broken", {1, 2, 3, 4, 5}, {1, 2, nan, 3, 4}}};
  const std::string svg = line_chart(lines, {.title = "Loss", .x_label = "step"});
  for (const char* text : {">steady<", ">broken<", ">Loss<", ">step<"}) {
    BOOST_TEST(has(svg, text), text);
  }
  BOOST_TEST(count(svg, "<polyline") == 3u);
  BOOST_TEST(!has(svg, "nan"));
}

BOOST_AUTO_TEST_CASE(lines_without_a_name_are_drawn_and_not_listed) {
  const std::vector<Series> lines = {{"", {1, 2, 3}, {1, 2, 3}}};
  const std::vector<Series> named = {{"", {1, 2, 3}, {1, 2, 3}}, {"named", {1, 2}, {3, 4}}};
  BOOST_TEST(count(line_chart(lines), "<polyline") == 1u);
  const std::string both = line_chart(named);
  BOOST_TEST(count(both, "<polyline") == 2u);
  BOOST_TEST(has(both, ">named<"));
}

BOOST_AUTO_TEST_CASE(a_logarithmic_axis_leaves_out_what_is_not_positive) {
  const std::vector<Series> lines = {{"a", {1, 10, 100, 0}, {0, 10, 1000, 1000}}};
  const std::string svg = line_chart(lines, {.log_x = true, .log_y = true});
  BOOST_TEST(count(svg, "<polyline") == 1u);
  BOOST_TEST(has(svg, ">1000<"));
  BOOST_TEST(!has(svg, "inf"));
}

BOOST_AUTO_TEST_CASE(a_chart_of_one_number_or_none_can_be_drawn) {
  const std::vector<Series> one = {{"a", {5}, {7}}};
  const std::vector<Series> none = {{"a", {}, {}}};
  for (const bool log : {false, true}) {
    BOOST_TEST(!has(line_chart(one, {.log_x = log, .log_y = log}), "nan"));
    BOOST_TEST(!has(line_chart(none, {.log_x = log, .log_y = log}), "nan"));
  }
}

BOOST_AUTO_TEST_CASE(a_range_of_one_number_has_one_tick_and_a_map_of_one_level_one_colour) {
  BOOST_TEST(labels_of(linear_ticks(2.5, 2.5, 5)) == "2.50 ");
  BOOST_TEST(palette(ColourMap::sequential, 1).size() == 1u);
}

BOOST_AUTO_TEST_CASE(a_figure_is_written_where_one_is) {
  const test::TemporaryFolder folder;
  BOOST_TEST(test::exit_code_in(folder.path(), [] {
               write_figure("weights.svg", "<svg/>");
               return 0;
             }) == 0);
  BOOST_TEST(test::bytes_of(folder / "weights.svg") == "<svg/>");
  BOOST_TEST(test::fails(ExitCode::cannot_create, "the folder cannot be created",
                         [&] { write_figure(folder / "weights.svg/in/a.svg", "<svg/>"); }));
}

BOOST_AUTO_TEST_CASE(a_figure_is_written_into_a_new_folder) {
  const test::TemporaryFolder folder;
  const auto file = folder / "figures/weights.svg";
  write_figure(file, heat_map(view_of(weights)));
  std::ifstream in(file);
  const std::string text((std::istreambuf_iterator<char>(in)), {});
  BOOST_TEST(text == heat_map(view_of(weights)));
}
