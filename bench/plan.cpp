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
    add_files();
    add_growth();
    add_lstm();
  }

  Plan plan;

 private:
  void find_peers() {
    const auto sets = available_instruction_sets();
    has_avx512_ = std::find(sets.begin(), sets.end(), InstructionSet::avx512) != sets.end();

    // The core type that OpenBLAS picks by itself is not always its best.
    if (succeeds(program("openblas_gemm") + " --benchmark_list_tests")) {
      gemm_peers_.push_back({"OpenBLAS, as it comes", program("openblas_gemm")});
      if (has_avx512_) {
        gemm_peers_.push_back(
            {"OpenBLAS, SkylakeX", "OPENBLAS_CORETYPE=SkylakeX " + program("openblas_gemm")});
      }
    } else {
      plan.absent.push_back("OpenBLAS, since libopenblas0 is not found");
    }
    for (const char* way : {"matmul", "sgemm"}) {
      const std::string name = fmt::format("onednn_{}", way);
      if (std::filesystem::exists(options_.programs / name)) {
        gemm_peers_.push_back({fmt::format("oneDNN, {}", way), program(name)});
      } else {
        plan.absent.push_back(
            fmt::format("oneDNN {}, since {}", way, TRANSFORMER_ONEDNN_IS_ABSENT));
      }
    }
    find_pythons();
  }

  void find_pythons() {
    const std::string own = quoted((options_.project / "build/peers/bin/python").string());
    for (const std::string& python :
         {own, std::string("python3"), std::string("/usr/bin/python3")}) {
      const auto imports = [&](const char* module) {
        return succeeds(fmt::format("{} -c 'import {}'", python, module));
      };
      if (torch_.empty() && imports("torch")) {
        torch_ = python;
        // What is new in PyTorch 2; on another maker's processor its MKL hides AVX-512 from itself.
        is_torch_2_ = succeeds(python + " -c 'import torch; assert torch.__version__ >= \"2\"'");
        hides_avx512_ = has_avx512_ && !succeeds("grep -q GenuineIntel /proc/cpuinfo");
      }
      if (ctranslate2_.empty() && imports("ctranslate2")) ctranslate2_ = python;
    }
    if (torch_.empty()) plan.absent.push_back("PyTorch, since no python3 imports torch");
    if (ctranslate2_.empty()) {
      plan.absent.push_back("CTranslate2, since no python3 imports ctranslate2");
    }
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
    for (const int n_threads : thread_counts) {
      contenders.push_back(torch_contender({"as it comes"}, "products", n_threads, ""));
    }
    add("products", contenders);
  }

  void add_rows() {
    for (const int n_threads : thread_counts) {
      const std::string filter = fmt::format(".*/threads:{}/.*", n_threads);
      std::vector<Contender> contenders = {{ours, measured(program("rows_bench"), filter)}};
      for (const Way& way : plain_ways(n_threads)) {
        contenders.push_back(torch_contender(way, "rows", n_threads, ""));
      }
      add("rows", contenders);
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
        if (options_.quick && n_threads != thread_counts.back()) continue;
        const std::string filter = fmt::format("^{}/.*/threads:{}/.*", workload.name, n_threads);
        const std::string input = "--workload " + quoted(file);
        std::vector<Contender> train = {{ours, measured(program("train_step_bench"), filter)}};
        for (const Way& way : training_ways(n_threads)) {
          train.push_back(torch_contender(way, "train_step", n_threads, input));
        }
        add("train", train);
        std::vector<Contender> decode = {{ours, measured(program("decode_bench"), filter)}};
        for (const Way& way : decoding_ways(n_threads)) {
          decode.push_back(torch_contender(way, "decode", n_threads, input));
        }
        add("decode", decode);
      }
    }
  }

  /// A whole file by a trained translator, the toy's, beside CTranslate2 with the same weights.
  void add_files() {
    const std::filesystem::path run = options_.project / "runs" / "toy";
    if (!std::filesystem::exists(run / "checkpoint.safetensors")) {
      plan.absent.push_back("whole files, since there is no translator yet: ./run translate");
      return;
    }
    const std::string source = quoted((options_.results / "source.txt").string());
    const std::string corpus = quoted((options_.project / "data/toy/train.en").string());
    if (std::system(fmt::format("head -n 2000 {} >{}", corpus, source).c_str()) != 0) return;
    for (const int n_threads : thread_counts) {
      for (const int beam : {1, 4}) {
        const std::string name = fmt::format("toy/file_{}", beam == 1 ? "greedy" : "beam_4");
        const std::string written = quoted((options_.results / "translations.txt").string());
        const std::string what =
            fmt::format("--run {} --source {} --name {} --beam {} --threads {}",
                        quoted(run.string()), source, name, beam, n_threads);
        std::vector<Contender> contenders = {
            {ours,
             fmt::format("{} {} --translations {} --out ", program("file_bench"), what, written)}};
        for (const char* type : {"float32", "int8"}) {
          if (ctranslate2_.empty()) continue;
          contenders.push_back(
              {fmt::format("CTranslate2, {}", type),
               fmt::format("{} {} {} --translations {} --compute-type {} --runs 1 --out ",
                           ctranslate2_, peer_script("ctranslate2_translate"), what, written, type),
               std::string(type) == "float32"});
        }
        add("files", contenders);
      }
    }
  }

  void add_growth() {
    if (options_.quick) return;
    add("growth", {{ours, measured(program("growth_bench"), "")}});
  }

  /// What recurrent networks reach, packed and padded.
  void add_lstm() {
    if (options_.quick) return;
    for (const int n_threads : thread_counts) {
      const std::string filter = fmt::format(".*/threads:{}/.*", n_threads);
      add("lstm", {{ours, measured(program("lstm_bench"), filter)},
                   torch_contender({"as it comes"}, "lstm", n_threads, ""),
                   torch_contender({"bf16", "", "bf16", false}, "lstm", n_threads, "")});
    }
  }

  /// A way in which a user may run PyTorch.
  struct Way {
    std::string name;
    std::string environment = {};
    std::string flags = {};
    bool is_fp32 = true;
  };

  /// Pools of threads that spin while they wait, or do not, or as the system has it.
  static std::vector<Way> waiting_ways() {
    return {{"threads that do not spin", "OMP_WAIT_POLICY=PASSIVE"},
            {"threads that spin", "OMP_WAIT_POLICY=ACTIVE"}};
  }
  /// One thread waits for nobody.
  std::vector<Way> plain_ways(int n_threads) const {
    std::vector<Way> ways = {{"as it comes"}};
    if (options_.quick || n_threads == 1) return ways;
    for (const Way& way : waiting_ways()) ways.push_back(way);
    return ways;
  }
  std::vector<Way> training_ways(int n_threads) const {
    if (!is_torch_2_) return plain_ways(n_threads);
    if (options_.quick) return {{"fused Adam", "", "fused"}, {"bf16", "", "fused bf16", false}};
    std::vector<Way> ways = plain_ways(n_threads);
    ways.push_back({"fused Adam", "", "fused"});
    ways.push_back({"compiled", "", "fused compile"});
    ways.push_back({"bf16", "", "fused bf16", false});
    ways.push_back({"bf16, compiled", "", "fused compile bf16", false});
    if (hides_avx512_) ways.push_back({"MKL made to use AVX-512", avx512_for_mkl(), "fused"});
    return ways;
  }
  std::vector<Way> decoding_ways(int n_threads) const {
    std::vector<Way> ways = plain_ways(n_threads);
    if (!is_torch_2_ || options_.quick) return ways;
    ways.push_back({"bf16", "", "bf16", false});
    if (hides_avx512_) ways.push_back({"MKL made to use AVX-512", avx512_for_mkl(), ""});
    return ways;
  }
  /// A library of one line, which tells MKL that it may.
  std::string avx512_for_mkl() const { return "LD_PRELOAD=" + program("libmkl_avx512.so"); }

  /// Without a command where torch is absent. Pages stay with the process: see performance.md.
  Contender torch_contender(const Way& way, const std::string& script, int n_threads,
                            const std::string& input) const {
    if (torch_.empty()) return {};
    return {"PyTorch, " + way.name,
            fmt::format("MALLOC_MMAP_MAX_=0 MALLOC_TRIM_THRESHOLD_=30000000000 "
                        "MALLOC_TOP_PAD_=268435456 {}{} {} {} --threads {} --runs {} {} {} --out ",
                        // PyTorch 1 does not choose it by itself.
                        has_avx512_ ? "ATEN_CPU_CAPABILITY=avx512 " : "", way.environment, torch_,
                        peer_script("torch_" + script), n_threads, options_.quick ? 1 : 3, input,
                        way.flags.empty() ? "" : "--way " + way.flags),
            way.is_fp32};
  }
  std::string peer_script(const std::string& name) const {
    return quoted((options_.project / "bench/peers" / (name + ".py")).string());
  }

  std::string program(const std::string& name) const {
    return quoted((options_.programs / name).string());
  }

  /// A program of Google Benchmark, ready for the name of its results.
  std::string measured(const std::string& command, const std::string& filter) const {
    return fmt::format(
        "{} --benchmark_filter='{}' --benchmark_min_time={} --benchmark_out_format=json "
        "--benchmark_out=",
        command, filter.empty() ? ".*" : filter, options_.quick ? 0.01 : 0.08);
  }

  void add(const std::string& topic, std::vector<Contender> contenders) {
    std::erase_if(contenders, [](const Contender& one) { return one.command.empty(); });
    plan.contests.push_back({topic, std::move(contenders)});
  }

  const PlanOptions& options_;
  std::vector<Contender> gemm_peers_;
  std::string torch_, ctranslate2_;  // Pythons that import them
  bool has_avx512_ = false, is_torch_2_ = false, hides_avx512_ = false;
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
