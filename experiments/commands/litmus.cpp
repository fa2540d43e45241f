// SPDX-License-Identifier: MIT
// litmus: what a few accesses of a few threads can find under each memory model that `explore` has.
#include "sim/weak/litmus.hpp"

#include <algorithm>
#include <fstream>
#include <iostream>
#include <iterator>
#include <map>
#include <nlohmann/json.hpp>
#include <set>

#include "experiments/cli/memory_option.hpp"
#include "experiments/commands/commands.hpp"
#include "sim/errors.hpp"

namespace poolrace::experiments {

namespace {

using Json = nlohmann::ordered_json;
namespace litmus = sim::litmus;

struct Asked {
  std::string name;
  std::vector<std::string> threads;
  std::map<std::string, std::set<std::string>> expected{};  // by memory model
};

std::string word_of(const Json& word) {
  return word.is_string() ? word.get<std::string>() : word.dump();
}

// A thread as a text, or as a list of steps, each a list of words.
std::string thread_of(const Json& thread) {
  if (thread.is_string()) return thread.get<std::string>();
  std::string out;
  for (const Json& act : thread) {
    for (const Json& word : act) out += word_of(word) + " ";
    out += "; ";
  }
  return out;
}

std::string outcome_of(const Json& outcome) {
  std::map<std::string, std::string> sorted;
  for (const auto& [name, value] : outcome.items()) sorted[name] = word_of(value);
  std::string out;
  for (const auto& [name, value] : sorted) out += (out.empty() ? "" : " ") + name + "=" + value;
  return out;
}

// Programs as sim/weak/outcomes.json has them; what they are expected to give may be absent.
std::vector<Asked> from_file(const std::string& path) {
  const std::string where = "poolrace litmus: --file " + path;
  std::ifstream file(path == "-" ? standard_input : path);
  if (!file) throw ConfigError(where + ": cannot be read");
  std::vector<Asked> out;
  try {
    for (const Json& one : Json::parse(file)) {
      Asked& asked = out.emplace_back(Asked{one.at("name"), {}});
      for (const Json& thread : one.at("threads")) asked.threads.push_back(thread_of(thread));
      if (!one.contains("outcomes")) continue;
      for (const auto& [model, all] : one["outcomes"].items())
        for (const Json& outcome : all) asked.expected[model].insert(outcome_of(outcome));
    }
  } catch (const Json::exception& error) {
    throw ConfigError(where + ": a list of {\"name\", \"threads\", \"outcomes\"} is expected (" +
                      error.what() + ")");
  }
  return out;
}

std::vector<Asked> programs(const ParsedLine& parsed) {
  const std::vector<std::string> threads = parsed.all("THREAD");
  const auto path = parsed.get("file");
  if (path && !threads.empty())
    throw ConfigError("poolrace litmus: --file takes no threads (it has them)");
  if (path) return from_file(*path);
  if (threads.empty())
    throw ConfigError("poolrace litmus: give threads, such as 'W x 1; R r0 y' 'W y 1; R r0 x'");
  return {{"", threads}};
}

struct Answer {
  sim::MemoryModel memory;
  litmus::Outcomes outcomes;
  bool compared = false;
  std::vector<std::string> extra{}, missed{};  // against what was expected
};

litmus::Program program_of(const Asked& asked) {
  return litmus::parse("poolrace litmus" + (asked.name.empty() ? "" : ": " + asked.name),
                       asked.threads);
}

Answer answer(const Asked& asked, sim::MemoryModel memory, std::uint64_t executions_max) {
  const litmus::Program program = program_of(asked);
  Answer out{memory, litmus::outcomes(program, memory, {}, executions_max)};
  const auto expected = asked.expected.find(sim::memory_model_names[static_cast<int>(memory)]);
  if (expected == asked.expected.end()) return out;
  out.compared = true;
  const auto &got = out.outcomes.all, &due = expected->second;
  std::set_difference(got.begin(), got.end(), due.begin(), due.end(),
                      std::back_inserter(out.extra));
  std::set_difference(due.begin(), due.end(), got.begin(), got.end(),
                      std::back_inserter(out.missed));
  return out;
}

Json json_of(const Answer& it) {
  Json out = {{"outcomes", it.outcomes.all},
              {"complete", it.outcomes.complete},
              {"executions", it.outcomes.executions},
              {"deadlocks", it.outcomes.deadlocks}};
  if (it.compared) out["not_expected"] = it.extra;
  if (it.compared) out["missed"] = it.missed;
  return out;
}

std::string text_of(const Answer& it, const std::optional<std::string>& asked) {
  std::string out = std::string("under ") + sim::words_of(it.memory) + ": ";
  if (asked)
    return out +
           (litmus::has(it.outcomes, *asked) ? "allowed"
            : it.outcomes.complete           ? "forbidden"
                                             : "not so far (--executions)") +
           "\n";
  out += std::to_string(it.outcomes.all.size()) + " outcomes" +
         (it.outcomes.complete ? "" : ", NOT all (--executions)");
  if (it.outcomes.deadlocks > 0) out += ", and threads that wait for each other";
  if (it.compared)
    out += it.extra.empty() && it.missed.empty() ? ", as expected" : ", NOT as expected";
  out += "\n";
  if (!it.compared)
    for (const std::string& one : it.outcomes.all) out += "  " + one + "\n";
  for (const std::string& one : it.extra) out += "  not expected: " + one + "\n";
  for (const std::string& one : it.missed) out += "  missed: " + one + "\n";
  return out;
}

int run_litmus(const ParsedLine& parsed) {
  const std::vector<Asked> all = programs(parsed);
  const auto memories =
      memory_models(parsed.get("memory").value_or("all"), parsed.where() + ": --memory");
  const auto executions_max =
      static_cast<std::uint64_t>(parsed.integer("executions", 1'000'000, 1, 1'000'000'000));
  const bool json = parsed.choice("format", "text", {"text", "json"}) == "json";
  const auto asked = parsed.get("ask");
  for (const Asked& one : all) program_of(one);  // before the first is run
  Json list = Json::array();
  bool differs = false;
  for (const Asked& one : all) {
    Json of = Json::object();
    if (!json && all.size() > 1) std::cout << one.name << "\n";
    for (const sim::MemoryModel memory : memories) {
      const Answer it = answer(one, memory, executions_max);
      differs |= !it.extra.empty() || !it.missed.empty();
      if (json)
        of[sim::memory_model_names[static_cast<int>(memory)]] = json_of(it);
      else
        std::cout << text_of(it, asked);
    }
    list.push_back({{"name", one.name}, {"memories", of}});
  }
  if (json) std::cout << Json{{"programs", list}}.dump(1) << "\n";
  return differs ? 10 : 0;
}

}  // namespace

Command litmus_command() {
  CommandLine line("litmus", "what accesses of a few threads can find under each memory model");
  line.positionals(
      "THREAD",
      "steps between semicolons: W PLACE VALUE [rel], R REG PLACE [acq|addr:REG], X REG "
      "PLACE VALUE [full|relaxed|acq|rel] (exchange), mb, wmb, rmb, lock NAME, unlock "
      "NAME, rl, ru (a read section), sync (a grace period)");
  line.value("file", "FILE",
             "programs in JSON, as sim/weak/outcomes.json has them; what they are said to give is "
             "compared, and status 10 tells that it is not the same");
  line.value("memory", memory_models_allowed(), "under which memories", "all");
  line.value("ask", "OUTCOME", "only whether that can be: '0:r0=0 1:r0=0', or of the end, 'x=1'");
  line.value("executions", "N", "give up after so many", "1000000");
  line.value("format", "text|json", "how to print", "text");
  line.example("'W x 1; R r0 y' 'W y 1; R r0 x' --ask '0:r0=0 1:r0=0'", "store buffering");
  line.example("'W x 1; wmb; W y 1' 'R r0 y; rmb; R r1 x'", "a message, with its barriers");
  return {line, run_litmus};
}

}  // namespace poolrace::experiments
