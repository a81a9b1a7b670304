#include "bench/plan.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>

#include "bench/programs.hpp"
#include "bench/workloads.hpp"
#include "src/base/error.hpp"
#include "src/kernels/instruction_set.hpp"

namespace transformer::bench {
namespace {

bool succeeds(const std::string& command) {
  return std::system((command + " >/dev/null 2>&1").c_str()) == 0;
}

class Planner {
 public:
  explicit Planner(const PlanOptions& options) : options_(options) {
    find_peers();
    add_machine();
    add_products();
    add_rows();
    add_models();
  }

  Plan plan;

 private:
  void find_peers() {
    const auto sets = available_instruction_sets();
    const bool has_avx512 =
        std::find(sets.begin(), sets.end(), InstructionSet::avx512) != sets.end();

    // The core type that OpenBLAS picks by itself is not always its best.
    if (succeeds(program("openblas_gemm") + " --benchmark_list_tests")) {
      gemm_peers_.push_back({"OpenBLAS", program("openblas_gemm")});
      if (has_avx512) {
        gemm_peers_.push_back(
            {"OpenBLAS SkylakeX", "OPENBLAS_CORETYPE=SkylakeX " + program("openblas_gemm")});
      }
    } else {
      plan.absent.push_back("OpenBLAS, since libopenblas0 is not found");
    }
    for (const char* way : {"matmul", "sgemm"}) {
      const std::string name = fmt::format("onednn_{}", way);
      if (std::filesystem::exists(options_.programs / name)) {
        gemm_peers_.push_back({fmt::format("oneDNN {}", way), program(name)});
      } else {
        plan.absent.push_back(
            fmt::format("oneDNN {}, since {}", way, TRANSFORMER_ONEDNN_IS_ABSENT));
      }
    }

    // Pages that stay with the process, and pools of threads that do not spin against each other.
    for (const char* python : {"python3", "/usr/bin/python3"}) {
      if (!succeeds(fmt::format("{} -c 'import torch'", python))) continue;
      torch_ =
          "MALLOC_MMAP_MAX_=0 MALLOC_TRIM_THRESHOLD_=30000000000 MALLOC_TOP_PAD_=268435456 "
          "OMP_WAIT_POLICY=PASSIVE ";
      if (has_avx512) torch_ += "ATEN_CPU_CAPABILITY=avx512 ";
      torch_ += python;
      return;
    }
    plan.absent.push_back("PyTorch, since no python3 imports torch");
  }

  void add_machine() { add("machine", {{ours, measured(program("machine_bench"), "")}}); }

  void add_products() {
    const char* few =
        "square/nn/1x(256|1024)x.*|forward/.*x2048x(256x64|512x512|2048x512)/.*|dx/.*x512x2048/.*|"
        "dw/.*x512x2048x.*|scores/.*|decode/nn/1x(1|8)x2048x.*";
    const std::string filter = options_.quick ? few : "";
    std::vector<Contender> contenders = {{ours, measured(program("gemm_bench"), filter)}};
    for (const Contender& peer : gemm_peers_) {
      contenders.push_back({peer.name, measured(peer.command, filter)});
    }
    add("products", contenders);
  }

  void add_rows() {
    for (const int n_threads : thread_counts) {
      const std::string filter = fmt::format(".*/threads:{}/.*", n_threads);
      add("rows", {{ours, measured(program("rows_bench"), filter)},
                   {"PyTorch", torch_script("rows", n_threads, "")}});
    }
  }

  void add_models() {
    for (const Workload& workload : workloads()) {
      if (options_.quick && workload.name != "toy" && workload.name != "tiny") continue;
      const std::string file = (options_.results / (workload.name + ".json")).string();
      const std::string write =
          fmt::format("{} {} >{}", program("write_workload"), workload.name, quoted(file));
      if (std::system(write.c_str()) != 0) {
        fail(ExitCode::cannot_create, "{}: cannot be written", file);
      }
      for (const int n_threads : thread_counts) {
        const std::string filter = fmt::format("^{}/.*/threads:{}/.*", workload.name, n_threads);
        const std::string input = "--workload " + quoted(file);
        if (!options_.quick || n_threads == thread_counts.back()) {
          add("train", {{ours, measured(program("train_step_bench"), filter)},
                        {"PyTorch", torch_script("train_step", n_threads, input)}});
        }
        add("decode", {{ours, measured(program("decode_bench"), filter)},
                       {"PyTorch", torch_script("decode", n_threads, input)}});
      }
    }
  }

  std::string program(const std::string& name) const {
    return quoted((options_.programs / name).string());
  }

  /// A program of Google Benchmark, ready for the name of its results.
  std::string measured(const std::string& command, const std::string& filter) const {
    return fmt::format(
        "{} --benchmark_filter='{}' --benchmark_min_time={} --benchmark_out_format=json "
        "--benchmark_out=",
        command, filter.empty() ? ".*" : filter, options_.quick ? 0.01 : 0.1);
  }

  /// Empty where torch is absent.
  std::string torch_script(const std::string& name, int n_threads, const std::string& input) const {
    if (torch_.empty()) return "";
    const std::string script = (options_.peers / ("torch_" + name + ".py")).string();
    return fmt::format("{} {} --threads {} --runs {} {} --out ", torch_, quoted(script), n_threads,
                       options_.quick ? 1 : 3, input);
  }

  void add(const std::string& topic, std::vector<Contender> contenders) {
    std::erase_if(contenders, [](const Contender& one) { return one.command.empty(); });
    plan.contests.push_back({topic, std::move(contenders)});
  }

  const PlanOptions& options_;
  std::vector<Contender> gemm_peers_;
  std::string torch_;
};

}  // namespace

std::string quoted(const std::string& path) {
  std::string word = "'";
  for (const char character : path) {
    if (character == '\'') {
      word += "'\\''";
    } else {
      word += character;
    }
  }
  return word + "'";
}

Plan make_plan(const PlanOptions& options) { return Planner(options).plan; }

}  // namespace transformer::bench
