#include "src/book/scenes.hpp"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <cstdio>
#include <optional>

#include "src/base/error.hpp"
#include "src/book/reference.hpp"
#include "src/book/sections.hpp"
#include "src/draw/svg.hpp"
#include "src/kernels/instruction_set.hpp"
#include "src/run/output.hpp"
#include "src/run/program.hpp"

namespace transformer {
namespace {

const Scene reference_scene = {"reference", "the piece beside an independent implementation",
                               nullptr};

void list(const Chapter& chapter) {
  std::vector<TableRow> rows;
  const auto add = [&](const Scene& scene) {
    std::string what = scene.what;
    for (const SceneFlag& flag : scene.flags) what += fmt::format(" [--{}]", flag.name);
    if (scene.takes_long) what += " (takes long)";
    rows.push_back({scene.name, what});
  };
  for (const Scene& scene : chapter.scenes) add(scene);
  add(reference_scene);
  size_t width = 0;
  for (const TableRow& row : rows) width = std::max(width, row.front().size());
  for (const TableRow& row : rows) print_out("{:<{}}  {}\n", row[0], width, row[1]);
}

/// Tells a reader who compares digits with a page.
void tell_of_digits() {
  if (instruction_set() == InstructionSet::baseline) return;
  write_message(fmt::format(
      "computed with {}: TRANSFORMER_ISA=baseline gives the digits of the page to the last one\n",
      name_of(instruction_set())));
}

}  // namespace

const std::string& SceneRequest::text(const std::string& flag) const {
  const auto found = flags_.find(flag);
  if (found == flags_.end()) fail(ExitCode::internal, "the scene has no flag --{}", flag);
  return found->second;
}

void SceneRequest::draw(const std::string& name, const std::string& svg) const {
  if (!figures_.empty()) write_figure(figures_ / (name + ".svg"), svg);
}

/// Declares the flags of a chapter, and does what they say.
class ChapterProgram {
 public:
  explicit ChapterProgram(const Chapter& chapter)
      : chapter_(chapter), app_(chapter.summary, chapter.folder) {
    app_.require_subcommand(0, 1);
    app_.fallthrough();
    app_.add_flag("--list", lists_, "List the scenes");
    path_flag(app_, "--figures", figures_, "Write the figures of what is shown into this folder");
    for (const Scene& scene : chapter.scenes) add(scene);
    add(reference_scene);
  }

  int run(int argc, const char* const* argv) {
    if (const std::optional<int> code = parse(app_, argc, argv)) return *code;
    if (lists_) {
      list(chapter_);
      return 0;
    }
    const bool shows_all = app_.get_subcommands().empty();
    for (const Scene& scene : chapter_.scenes) {
      if (shows_all && scene.takes_long) {
        section(scene.name);
        const std::string number = chapter_.folder.substr(0, chapter_.folder.find('_'));
        print_out("(takes long: ./run {} {} shows it)\n", number, scene.name);
      } else if (shows_all || is_asked_for(scene)) {
        show(scene);
      }
    }
    int code = 0;
    if (shows_all || is_asked_for(reference_scene)) {
      section(reference_scene.name);
      const bool has_own = chapter_.references.empty();
      ReferenceCheck check(reference_file(has_own ? chapter_.folder : chapter_.references));
      chapter_.check_reference(check);
      code = check.finish();
    }
    tell_of_digits();
    return code;
  }

 private:
  void add(const Scene& scene) {
    CLI::App* command = app_.add_subcommand(scene.name, scene.what);
    for (const SceneFlag& flag : scene.flags) {
      std::string& value = requests_[scene.name].flags_[flag.name] = flag.standard;
      command->add_option("--" + flag.name, value, flag.meaning)->default_str(flag.standard);
    }
  }

  bool is_asked_for(const Scene& scene) const { return app_.got_subcommand(scene.name); }

  void show(const Scene& scene) {
    section(scene.name);
    SceneRequest& request = requests_[scene.name];
    request.figures_ = figures_;
    scene.show(request);
  }

  const Chapter& chapter_;
  CLI::App app_;
  bool lists_ = false;
  std::filesystem::path figures_;
  std::map<std::string, SceneRequest> requests_;
};

int run_chapter(int argc, const char* const* argv, const Chapter& chapter) {
  return run_program("allow more (ulimit -v)",
                     [&] { return ChapterProgram(chapter).run(argc, argv); });
}

}  // namespace transformer
