// SPDX-License-Identifier: MIT
// export: a store as one table.  merge: stores of shards into one.
#include <iostream>

#include "experiments/commands/by_run.hpp"
#include "experiments/commands/commands.hpp"
#include "experiments/scenario/replay_string.hpp"
#include "experiments/sweep/table.hpp"
#include "sim/trace.hpp"

namespace poolrace::experiments {
namespace {

std::string store_path(const ParsedLine& parsed) {
  const auto path = parsed.get("store");
  if (!path || path->empty()) throw ConfigError(parsed.where() + ": --store FILE is missing");
  return *path;
}

int export_store(const ParsedLine& parsed) {
  Store store(store_path(parsed), Store::Mode::read);
  ByRunFile by_run(parsed);
  const auto rows = study_rows(store, parsed.get("versus").value_or(""));
  by_run.write([&] { return study_runs(store); });
  if (!parsed.has("csv") && parsed.choice("format", "csv", {"csv", "json"}) == "json")
    std::cout << nlohmann::ordered_json{{"points", json_of(rows)}}.dump(1) << "\n";
  else
    std::cout << csv_of(rows);
  return 0;
}

constexpr int non_determinism = 4;

int merge(const ParsedLine& parsed) {
  const std::string path = store_path(parsed);
  const std::vector<std::string> inputs = parsed.all("stores");
  if (inputs.empty()) throw ConfigError(parsed.where() + ": which stores?  Name one or more");
  for (const std::string& input : inputs)  // before anything is written
    Store(input, Store::Mode::read);
  Store store(path, Store::Mode::write);
  for (const std::string& input : inputs) {
    Store other(input, Store::Mode::read);
    const std::string difference = store.merge(other);
    if (difference.empty()) continue;
    std::cerr << "poolrace: " << input << " and " << path << " disagree about " << difference
              << ": the same runs had two results; nothing of " << input << " was taken\n";
    return non_determinism;
  }
  std::int64_t runs = 0;
  const auto problems = store.problem_texts();
  for (const std::string& text : problems)
    for (const auto& [block, head] : store.heads(sim::hex16(sim::fnv1a_64(text))))
      runs += head.runs;
  std::cerr << path << ": " << problems.size() << " points, " << runs << " runs; `"
            << shell_text({"poolrace", "export", "--store", path}) << "` prints them\n";
  return 0;
}

}  // namespace

Command export_command() {
  CommandLine line("export", "a store as one table, sorted; equal studies give equal bytes");
  line.value("store", "FILE", "the store");
  line.flag("csv", "as CSV (which is also the default)");
  line.value("format", "csv|json", "how to print", "csv");
  line.value("versus", "VARIANT",
             "against which differences by run are told; the first by the order of poolrace list "
             "variants if absent");
  add_by_run(line);
  line.example("--store study.sqlite > study.csv", "a row a point");
  line.example("--store study.sqlite --format json", "the same as JSON");
  return {line, export_store};
}

Command merge_command() {
  CommandLine line("merge", "stores of shards into one");
  line.positionals("stores", "the stores to read");
  line.value("store", "FILE", "the store to add them to; made if there is none");
  line.example("half1.sqlite half2.sqlite --store study.sqlite",
               "what two shards of a sweep computed");
  return {line, merge};
}

}  // namespace poolrace::experiments
