// A chapter's program: a table of scenes. A scene shows one thing; a page quotes what it prints,
// and a reader runs it alone, with other numbers.
#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "src/base/index.hpp"
#include "src/run/flags.hpp"

namespace transformer {

class ReferenceCheck;

/// What a reader may vary in a scene.
struct SceneFlag {
  std::string name;      ///< Without dashes, such as "d-model".
  std::string standard;  ///< What holds where the reader says nothing: what the page shows.
  std::string meaning;
};

/// What a scene was asked for.
class SceneRequest {
 public:
  /// The value of one of the scene's flags: as it is, and as a number between two bounds. Throw
  /// Error (usage) where it is none.
  const std::string& text(const std::string& flag) const;
  Index integer(const std::string& flag, Index low, Index high) const {
    return number_between<Index>("--" + flag, text(flag), static_cast<double>(low),
                                 static_cast<double>(high));
  }
  double number(const std::string& flag, double low, double high) const {
    return number_between<double>("--" + flag, text(flag), low, high);
  }

  /// Draws a figure of the page, `NAME.svg`: into the folder of --figures, or nowhere without it.
  void draw(const std::string& name, const std::string& svg) const;

 private:
  friend class ChapterProgram;
  std::map<std::string, std::string> flags_;
  std::filesystem::path figures_;
};

struct Scene {
  std::string name;  ///< Such as "layer_norm": a page shows it by this name.
  std::string what;  ///< One line for --list.
  void (*show)(const SceneRequest&);
  std::vector<SceneFlag> flags = {};
  /// Where all are shown it is only named; the page shows a recorded run (`weave record`).
  bool takes_long = false;
};

struct Chapter {
  std::string folder;   ///< Of chapters/, such as "03_scaled_dot_product_attention".
  std::string summary;  ///< One sentence for --help.
  std::vector<Scene> scenes;
  /// The last scene, which prints how the check went.
  void (*check_reference)(ReferenceCheck&);
  /// Whose references they are: its own where it is empty, or those of an earlier chapter.
  std::string references = {};
};

/// Compares the chapter's piece with its references: program/reference.cpp of each chapter.
void check_reference(ReferenceCheck& check);

/// What `main` returns: `NN --list` lists the scenes, `NN SCENE --FLAGS` shows one, `NN` shows all
/// of them, names those that take long, and then checks the references. Each is printed below a
/// line `## NAME`. Errors become one line and an exit code.
int run_chapter(int argc, const char* const* argv, const Chapter& chapter);

}  // namespace transformer
