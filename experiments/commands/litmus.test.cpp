// SPDX-License-Identifier: MIT
// litmus: its answers and what it refuses; --memory of explore and judge beside it.
#include <fstream>
#include <nlohmann/json.hpp>

#include "experiments/commands/said.hpp"
#include "source_paths.hpp"

namespace poolrace::experiments {
namespace {

using nlohmann::json;

TEST(LitmusCommand, AnswersInWords) {
  const Said s = said({"litmus", "W x 1; R r0 y", "W y 1; R r0 x", "--ask", "0:r0=0 1:r0=0"});
  EXPECT_EQ(s.status, 0);
  EXPECT_EQ(s.out,
            "under sequential consistency: forbidden\nunder x86-TSO: allowed\n"
            "under a memory near ARMv8: allowed\n");
}

TEST(LitmusCommand, ComparesWithWhatIsExpected) {
  const std::string path = POOLRACE_BINARY_DIR "/litmus-test.json";
  const auto write = [&path](const std::string& value) {
    std::ofstream(path) << R"([{"name": "one", "threads": [[["W", "x", 1, "once"]]], "outcomes": )"
                        << R"({"tso": [{"x": )" << value << R"(, "y": 0, "z": 0}]}}])";
  };
  write("1");
  EXPECT_EQ(said({"litmus", "--file", path}).status, 0);
  write("2");
  const Said s = said({"litmus", "--file", path, "--format", "json"});
  EXPECT_EQ(s.status, 10);
  const json of = json::parse(s.out)["programs"][0]["memories"]["tso"];
  EXPECT_EQ(of["missed"], json::array({"x=2 y=0 z=0"}));
  EXPECT_EQ(of["not_expected"], json::array({"x=1 y=0 z=0"}));
}

TEST(LitmusCommand, RefusesInOneLine) {
  EXPECT_NE(said({"litmus"}).err.find("give threads, such as"), std::string::npos);
  EXPECT_NE(said({"litmus", "W x 1;  Q x"}).err.find("poolrace litmus: thread 0: 'Q x' is no step"),
            std::string::npos);
  EXPECT_NE(said({"litmus", "mb", "--memory", "ts"})
                .err.find("unknown memory model 'ts' (nearest: "
                          "tso)"),
            std::string::npos);
  EXPECT_NE(said({"litmus", "--file", "/nowhere"}).err.find("cannot be read"), std::string::npos);
}

TEST(MemoryOption, IsSaidWithEveryVerdict) {
  const Said s = said({"explore", "--set", "iommu=strict", "--memory", "sc,tso", "--jobs", "1"});
  EXPECT_NE(s.out.find(": all orders under sequential consistency, "), std::string::npos);
  EXPECT_NE(s.out.find(": all orders under x86-TSO, "), std::string::npos);
  EXPECT_NE(s.out.find(";memory=tso;schedule="), std::string::npos);
}

TEST(MemoryOption, IsRefusedWhereItMeansNothing) {
  for (const std::vector<std::string>& words :
       {std::vector<std::string>{"explore", "--graph", "--memory", "sc,tso"},
        {"explore", "--memory", "tso", "--set", "memory=arm"},
        {"explore", "--memory", "pso"},
        {"explore", "--races", "sloppy"},
        {"explore", "--races", "strict", "--memory", "tso"},
        {"run", "--memory", "tso"},
        {"compare", "--memory", "tso"}})
    EXPECT_EQ(said(words).status, 2) << words.back();
}

TEST(MemoryOption, AGraphSaysWhatEachStepPassesOver) {
  const std::vector<std::string> words = {"explore", "--graph", "--variant", "busy-flag"};
  const auto graph = [&words](const char* memory) {
    std::vector<std::string> all = words;
    all.insert(all.end(), {"--memory", memory, "--format", "json"});
    return nlohmann::json::parse(said(all).out);
  };
  const nlohmann::json tso = graph("tso"), sc = graph("sc");
  EXPECT_EQ(tso["config"]["memory"], "tso");
  EXPECT_FALSE(sc.contains("stores"));
  EXPECT_EQ(sc["edges"][0].size(), 6U);
  EXPECT_FALSE(sc["states"][0].contains("on_way"));
  bool late = false;
  for (const nlohmann::json& edge : tso["edges"]) {  // …, way, passed over, made
    ASSERT_EQ(edge.size(), 9U);
    EXPECT_EQ(edge[6] == 0, edge[7].empty());
    late |= !edge[7].empty();
  }
  EXPECT_TRUE(late);
  ASSERT_FALSE(tso["stores"].empty());  // context, site, value, touches
  EXPECT_EQ(tso["states"][0]["on_way"], nlohmann::json::array());
  EXPECT_GT(tso["states"][0]["crash"], 0);
  EXPECT_EQ(sc["states"][0]["crash"], -1);
}

}  // namespace
}  // namespace poolrace::experiments
