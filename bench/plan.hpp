// Which programs run, with which flags, on which work.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace transformer::bench {

/// Who does a piece of work, and in which way: a command for the shell, to which the quoted name of
/// a file is appended, where it writes its results.
struct Contender {
  std::string name;  ///< The peer, and its way where it has several: `PyTorch, fused Adam`.
  std::string command;
  bool is_fp32 = true;  ///< Else its numbers have fewer bits.
};

/// Contenders that do the same work; they take turns.
struct Contest {
  std::string topic;
  std::vector<Contender> contenders;
};

struct PlanOptions {
  std::filesystem::path programs;  ///< Where the measuring programs are.
  std::filesystem::path project;   ///< The root of the tree: corpora, scripts of peers, peers.
  std::filesystem::path results;   ///< Where files may be written.
  bool quick = false;
};

/// What this project is called in the results.
inline constexpr const char* ours = "ours";

struct Plan {
  std::vector<Contest> contests;
  std::vector<std::string> absent;  ///< Peers that are left out, and why.
};

/// The topics of all plans.
inline const std::vector<std::string> all_topics = {"machine", "products", "rows",   "train",
                                                    "decode",  "files",    "growth", "lstm"};

/// A path as one word for the shell, whatever characters it has.
std::string quoted(const std::string& path);

/// Looks for the peers.
Plan make_plan(const PlanOptions& options);

}  // namespace transformer::bench
