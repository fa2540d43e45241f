// SPDX-License-Identifier: MIT
// A kernel tree of the user's own on the command line: compiled, explored, replayed, refused.
#include <stdlib.h>

#include <nlohmann/json.hpp>

#include "experiments/commands/said.hpp"
#include "source_paths.hpp"

namespace poolrace::experiments {
namespace {

using nlohmann::json;

class LinuxCommand : public testing::Test {
 protected:
  LinuxCommand() { ::setenv("XDG_CACHE_HOME", POOLRACE_BINARY_DIR "/linux-cache", 1); }
  const std::string tree_ = POOLRACE_SOURCE_DIR "/pool/linux/fixture";
};

TEST_F(LinuxCommand, SaysWhatATreeHas) {
  const Said s = said({"linux", "build", tree_, "--format", "json"});
  ASSERT_EQ(s.status, 0) << s.err;
  const json j = json::parse(s.out);
  EXPECT_TRUE(j["variant"].get<std::string>().starts_with("linux:" + tree_ + "#"));
  EXPECT_FALSE(j["taken"].empty());
  const Said listed = said({"linux", "list", "--format", "json"});
  const json rows = json::parse(listed.out)["kept"];
  bool kept = false;
  for (const json& row : rows) kept = kept || row["tree"] == tree_;
  EXPECT_TRUE(kept);
}

TEST_F(LinuxCommand, ExploresATreeAndReplaysWhatItFound) {
  const std::vector<std::string> words{
      "explore", "--variant",         "linux:" + tree_, "--program", "remove-vs-put-return",
      "--set",   "driver_order=hns3", "--jobs",         "1",         "--format",
      "json"};
  const Said s = said(words);
  ASSERT_EQ(s.status, 0) << s.err;
  const json verdict = json::parse(s.out)["verdicts"][0];
  EXPECT_TRUE(verdict["complete"]);
  ASSERT_FALSE(verdict["kinds"].empty());
  for (const auto& [kind, found] : verdict["kinds"].items())  // each on a line of the tree
    EXPECT_NE((found["site"].get<std::string>() + found.value("called_at", "")).find(".c:"),
              std::string::npos)
        << kind;
  const std::string schedule = verdict["kinds"].begin().value()["schedule"];
  const Said again = said({"replay", schedule});
  EXPECT_EQ(again.status, 0) << again.err;
  EXPECT_NE(again.out.find("page_pool.c:"), std::string::npos);
  EXPECT_NE(again.out.find("***"), std::string::npos);
  const Said same = said({"explore", schedule, "--jobs", "1", "--format", "json"});
  EXPECT_EQ(json::parse(same.out)["verdicts"][0]["kinds"], verdict["kinds"]) << same.err;
}

TEST_F(LinuxCommand, RefusesInOneLine) {
  const auto refused = [](const std::vector<std::string>& words, const std::string& what) {
    const Said s = said(words);
    EXPECT_EQ(s.status, 2);
    EXPECT_NE(s.err.find(what), std::string::npos) << s.err;
    EXPECT_EQ(s.err.find('\n'), s.err.size() - 1) << s.err;
  };
  said({"linux", "build", tree_});  // or the first that needs it tells of compiling, too
  refused({"linux"}, "allowed: build, list, clean");
  refused({"linux", "bild"}, "nearest: build");
  refused({"linux", "build"}, "build what?");
  refused({"linux", "list", tree_}, "only build takes a TREE");
  refused({"linux", "build", tree_ + "/gone"}, "no such directory");
  refused({"explore", "--variant", "linux:/gone"}, "--variant: linux:/gone: there is no such");
  refused({"explore", "--variant", "linux:" + tree_, "--extra", "/gone.h"}, "--extra /gone.h");
  refused({"run", "--variant", "linux:/gone"}, "--variant: linux:/gone: there is no such");
  refused({"replay", "poolrace/0.3.0;program=destroy-vs-late;variant=linux:" + tree_ +
                         "#0123456789abcdef;schedule=1"},
          "its content is");
}

}  // namespace
}  // namespace poolrace::experiments
