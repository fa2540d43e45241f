// SPDX-License-Identifier: MIT
// All outcomes of generated programs, as outcomes.json has them; that the reduction loses none; what is
// refused.
#include "sim/weak/litmus.hpp"

#include <gtest/gtest.h>

#include <fstream>
#include <map>
#include <nlohmann/json.hpp>

#include "sim/errors.hpp"
#include "source_paths.hpp"

namespace poolrace::sim::litmus {
namespace {

using nlohmann::json;

std::string word_of(const json& word) {
  return word.is_string() ? word.get<std::string>() : word.dump();
}

struct Known {
  Program program;
  std::map<std::string, std::set<std::string>> outcomes;  // by model
};

std::vector<Known> known() {
  std::ifstream file(POOLRACE_SOURCE_DIR "/sim/weak/outcomes.json");
  std::vector<Known> out;
  for (const json& one : json::parse(file)) {
    std::vector<std::string> threads;
    for (const json& thread : one["threads"]) {
      std::string& text = threads.emplace_back();
      for (const json& act : thread) {
        for (const json& word : act) text += word_of(word) + " ";
        text += "; ";
      }
    }
    Known it{parse(one["name"], threads), {}};
    for (const auto& [model, all] : one["outcomes"].items())
      for (const json& outcome : all) {
        std::string text;
        for (const auto& [name, value] : outcome.items())
          text += (text.empty() ? "" : " ") + name + "=" + value.dump();
        it.outcomes[model].insert(text);
      }
    out.push_back(std::move(it));
  }
  return out;
}

std::string difference(const std::set<std::string>& got, const std::set<std::string>& expected) {
  std::string out;
  for (const std::string& one : got)
    if (!expected.contains(one)) out += "\n  not allowed: " + one;
  for (const std::string& one : expected)
    if (!got.contains(one)) out += "\n  missed: " + one;
  return out;
}

TEST(Litmus, GeneratedProgramsHaveTheirOutcomes) {
  std::map<std::string, std::uint64_t> executions, all;
  for (const Known& one : known())
    for (const auto& [name, expected] : one.outcomes) {
      const MemoryModel model = name == "tso" ? MemoryModel::tso : MemoryModel::arm;
      const Outcomes got = outcomes(one.program, model);
      EXPECT_EQ(difference(got.all, expected), "") << one.program.name << " " << name;
      executions[name] += got.executions;
      all[name] += expected.size();
    }
  for (const auto& [name, n] : executions)
    std::printf("%s: %llu outcomes, %llu executions\n", name.c_str(),
                static_cast<unsigned long long>(all[name]), static_cast<unsigned long long>(n));
}

TEST(Litmus, SaysWhatIsNoProgram) {
  const auto refused = [](const std::vector<std::string>& threads) -> std::string {
    try {
      parse("it", threads);
    } catch (const ConfigError& error) {
      return error.what();
    }
    return "";
  };
  EXPECT_EQ(refused({"W x 1; R r0 y"}), "");
  EXPECT_NE(refused({"W x 1", "Q x 1"}).find("it: thread 1: 'Q x 1' is no step; allowed: W PLACE"),
            std::string::npos);
  for (const char* text : {"W x", "W xx 1", "W x 1 acq", "R r0", "R r0 x rel", "X r0 x 1 once",
                           "mb 1", "lock", "R r0 x addr:r1", "lock s", "unlock s", "rl", "ru",
                           "rl; sync; ru", "R r0 x; R r0 y", "lock s; lock s; unlock s"})
    EXPECT_NE(refused({text}), "") << text;
  EXPECT_NE(refused({}), "");
  EXPECT_NE(refused(std::vector<std::string>(9, "mb")), "");
}

TEST(Litmus, ThreadsThatWaitForEachOtherAreCounted) {
  const Program program =
      parse("it", {"lock s; lock t; unlock t; unlock s", "lock t; lock s; unlock s; unlock t"});
  const Outcomes got = outcomes(program, MemoryModel::tso);
  EXPECT_GT(got.deadlocks, 0U);
  EXPECT_EQ(got.all.size(), 1U);
  EXPECT_FALSE(outcomes(program, MemoryModel::tso, {}, 1).complete);
}

// What the reduction leaves out has no outcome of its own.
TEST(Litmus, ReducedReachesWhatPlainReaches) {
  std::uint64_t plain_executions = 0, reduced_executions = 0;
  for (const Known& one : known()) {
    std::size_t acts = 0;
    for (const auto& thread : one.program.threads) acts += thread.size();
    if (acts > 10) continue;
    for (const MemoryModel model : {MemoryModel::tso, MemoryModel::arm}) {
      const Outcomes plain = outcomes(one.program, model, {false, -1});
      const Outcomes reduced = outcomes(one.program, model);
      EXPECT_EQ(difference(reduced.all, plain.all), "") << one.program.name;
      plain_executions += plain.executions;
      reduced_executions += reduced.executions;
    }
  }
  std::printf("%llu executions reduced, %llu plain\n",
              static_cast<unsigned long long>(reduced_executions),
              static_cast<unsigned long long>(plain_executions));
  EXPECT_GT(plain_executions, 5 * reduced_executions);
}

}  // namespace
}  // namespace poolrace::sim::litmus
