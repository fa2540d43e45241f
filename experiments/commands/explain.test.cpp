// SPDX-License-Identifier: MIT
// What explain promises of its commands and variants, held against the program itself.
#include <fstream>
#include <nlohmann/json.hpp>
#include <set>
#include <sstream>

#include "experiments/commands/said.hpp"
#include "experiments/explain/answers.hpp"
#include "experiments/explain/logs.hpp"
#include "experiments/scenario/scenario.hpp"

namespace poolrace::experiments {
namespace {

using nlohmann::json;

std::vector<std::string> words_of(const std::string& line) {
  std::istringstream in(line);
  std::vector<std::string> words;
  for (std::string word; in >> word;) words.push_back(word);
  return words;
}

// The variants for which `poolrace WORDS…` shows that kind.
std::set<std::string> shows(std::vector<std::string> words, pool::Kind kind) {
  words.insert(words.end(), {"--jobs", "1", "--format", "json"});
  const Said s = said(words);
  EXPECT_EQ(s.status, 0) << s.err;
  const json j = json::parse(s.out);
  std::set<std::string> out;
  const auto note = [&](const json& result) {
    const json& kinds = result.at("kinds");
    const char* name = pool::kind_name(kind);
    if (kinds.contains(name) && kinds[name].value("misuse_runs", 1) > 0)
      out.insert(result.at("variant").get<std::string>());
  };
  if (j.contains("verdicts"))
    for (const json& verdict : j["verdicts"]) note(verdict);
  else
    note(j);
  return out;
}

TEST(ExplainCommandSlow, EveryCommandShowsItsKind) {
  for (const Answer& a : answers())
    EXPECT_EQ(shows(words_of(a.command), a.kind).size(), 1u)
        << a.name << ": poolrace " << a.command << " shows no " << pool::kind_name(a.kind);
}

// Both ways: a variant that is mended, or one that is added, is noticed here.
TEST(ExplainCommandSlow, TheVariantsAreThoseOfTheExplorer) {
  for (const Answer& a : answers()) {
    if (*a.explored == '\0') continue;
    std::string all;
    for (const std::string& name : variant_names()) all += (all.empty() ? "" : ",") + name;
    auto words = words_of("explore --variant " + all + " " + a.explored);
    const auto listed = split_list(a.variants, a.name);
    EXPECT_EQ(shows(words, a.kind), std::set<std::string>(listed.begin(), listed.end())) << a.name;
  }
}

// Those that no program has: the command itself, under each.
TEST(ExplainCommandSlow, TheVariantsOfACommandAllShowIt) {
  for (const Answer& a : answers()) {
    if (*a.explored != '\0' || *a.variants == '\0') continue;
    for (const std::string& variant : split_list(a.variants, a.name)) {
      auto words = words_of(a.command);
      for (std::size_t i = 0; i + 1 < words.size(); ++i)
        if (words[i] == "--variant") words[i + 1] = variant;
      EXPECT_EQ(shows(words, a.kind), std::set<std::string>{variant}) << a.name;
    }
  }
}

TEST(ExplainCommand, TellsAFileAndSaysSoInJson) {
  const std::string path = testing::TempDir() + "oops.txt";
  std::ofstream(path) << sample_logs.front().text;
  const Said text = said({"explain", path});
  EXPECT_EQ(text.status, 0) << text.err;
  EXPECT_EQ(text.err, "");
  EXPECT_NE(text.out.find("unmap-after-unbind, certain"), std::string::npos) << text.out;
  const json j = json::parse(said({"explain", path, "--format", "json"}).out);
  ASSERT_EQ(j.at("events").size(), 1u);
  EXPECT_EQ(j["events"][0]["kind"], "unmap-after-unbind");
  EXPECT_EQ(j["events"][0]["sure"], "certain");
  EXPECT_EQ(j["events"][0]["class"], "crash");
  EXPECT_EQ(j["kernel"], "6.10.0-rc4+");
}

TEST(ExplainCommand, NothingRecognisedIsStatusOneAndSaysWhatWouldHelp) {
  const std::string path = testing::TempDir() + "other.txt";
  std::ofstream(path) << "all is well\nhere too\n";
  const Said s = said({"explain", path});
  EXPECT_EQ(s.status, 1);
  EXPECT_EQ(s.out, "");
  EXPECT_NE(s.err.find("2 lines of " + path), std::string::npos) << s.err;
  EXPECT_NE(s.err.find("what would help"), std::string::npos) << s.err;
  EXPECT_EQ(std::count(s.err.begin(), s.err.end(), '\n'), 1);
  const Said j = said({"explain", path, "--format", "json"});
  EXPECT_EQ(j.status, 1);
  EXPECT_EQ(json::parse(j.out)["events"].size(), 0u);
}

}  // namespace
}  // namespace poolrace::experiments
