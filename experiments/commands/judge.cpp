// SPDX-License-Identifier: MIT
// judge: can a pool go wrong in any order, and how; for somebody with a patch.
#include <filesystem>
#include <iostream>
#include <nlohmann/json.hpp>

#include "experiments/cli/memory_option.hpp"
#include "experiments/cli/tree_options.hpp"
#include "experiments/commands/commands.hpp"
#include "experiments/judge/report.hpp"
#include "experiments/workers/workers.hpp"
#include "models/linux/variant.hpp"
#include "models/variants.hpp"
#include "sim/settings/find_named.hpp"

namespace poolrace::experiments {

namespace {

// A pool to judge: a variant by name; linux:TREE[@REF], or a path, which is the tree there; a tree
// also compiled at -Og, and without its statistics unless the command line says which.
struct Judging {
  std::string variant;
  std::vector<OtherBuild> others{};
};

Judging known(const std::string& name, const ParsedLine& parsed, const std::string& where) {
  const bool path = name.find('/') != std::string::npos || std::filesystem::is_directory(name);
  const bool named = models::find_variant(name) != nullptr || models::linux_tree::names_tree(name);
  const std::string tree = path && !named ? "linux:" + name : name;
  if (!models::linux_tree::names_tree(tree)) {
    sim::require_known(where, "variant", name, sim::names_of(models::known_infos()));
    return {name};
  }
  pool::linux_tree::BuildOptions options = tree_options(parsed);
  Judging out{models::linux_tree::know_tree(tree, where, options)};
  const auto add = [&](const char* how) {
    out.others.push_back({models::linux_tree::know_tree(tree, where, options), how});
  };
  if (!parsed.get("pool-stats")) {
    options.stats = false;
    add("without statistics");
    options.stats = true;
  }
  options.optimise = "-Og";
  try {
    add("compiled at -Og");
  } catch (const ConfigError& error) {  // a second opinion, no more
    std::cerr << "no second opinion: at -Og " << error.what() << "\n";
  }
  return out;
}

void print(const std::string& format, const Judged& judged, const std::optional<Judged>& against) {
  if (format == "json")
    std::cout << judged_json(judged, against).dump(1) << "\n";
  else
    std::cout << (format == "markdown" ? judged_markdown(judged, against)
                                       : judged_text(judged, against));
}

// A tree that is there, and whose pool cannot be built at the commit that is checked out.
bool is_tree(const std::string& name) {
  constexpr std::string_view prefix = "linux:";
  const std::string path = name.starts_with(prefix) ? name.substr(prefix.size()) : name;
  return models::find_variant(name) == nullptr &&
         std::filesystem::is_directory(pool::linux_tree::parse_source(path).path);
}

int judge_it(const ParsedLine& parsed) {
  const std::string name = parsed.get("VARIANT").value_or("xarray-fixed");
  Judging mine;
  try {
    mine = known(name, parsed, parsed.where());
  } catch (const ConfigError& error) {
    if (!parsed.has("bisect") || !is_tree(name)) throw;
    std::cerr << error.what() << "\n";
    return cannot_be_told;
  }
  std::optional<Judging> other;
  if (const auto against = parsed.get("against"))
    other = known(*against, parsed, parsed.where() + ": --against");
  const std::string format = parsed.choice("format", "text", {"text", "json", "markdown"});
  const auto budget_s = static_cast<double>(parsed.integer("budget", 120, 1, 86'400));
  const int jobs = static_cast<int>(parsed.integer("jobs", usable_cpus(), 1, 1024));
  const auto memories =
      memory_models(parsed.get("memory").value_or("all"), parsed.where() + ": --memory");
  const double each_s = other ? budget_s / 2 : budget_s;
  const Judged judged = judge(mine.variant, mine.others, memories, each_s, jobs);
  std::optional<Judged> against;
  if (other && judged.interrupted == 0)
    against = judge(other->variant, other->others, memories, each_s, jobs);
  print(format, judged, against);
  const int signal = judged.interrupted != 0 ? judged.interrupted
                     : against               ? against->interrupted
                                             : 0;
  if (signal != 0) {
    std::cerr << "interrupted: what was tried until then\n";
    return 128 + signal;
  }
  return judged_status(judged, parsed.has("bisect"));
}

}  // namespace

Command judge_command() {
  CommandLine line("judge", "a patch: can its pool go wrong in any order of steps, and how");
  line.positional("VARIANT",
                  "the pool: a kernel tree (a directory, or linux:TREE[@REF] of a git repository), "
                  "or a name (poolrace list variants); absent: xarray-fixed");
  line.value("against", "V", "another pool: what is new and what is gone");
  line.value("memory", memory_models_allowed(),
             "under which memories: one access after the other, x86-TSO, near ARMv8", "all");
  line.value("budget", "S", "seconds, shared out among memories, programs (and the other pool)",
             "120");
  line.value("jobs", "J", "worker processes", "CPUs");
  line.value("format", "text|json|markdown", "how to print; markdown: to paste under a patch",
             "text");
  add_tree_options(line);
  line.flag(
      "bisect",
      "for `git bisect run`: status 125 if the tree cannot be built, or nothing was found but "
      "not all orders were tried; 128 for what is wrong with the command");
  line.example("~/linux --against linux:~/linux@v6.12",
               "what your patch makes new, and what it ends");
  line.example("xarray-fixed --against mainline-2026",
               "the merged fix, and the one that mended its bulk puts");
  line.example("scan --budget 10 --format markdown", "patch 2 alone, ready to paste");
  return {line, judge_it};
}

}  // namespace poolrace::experiments
