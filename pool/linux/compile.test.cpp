// SPDX-License-Identifier: MIT
// Compiled once a content, told where it cannot be, and every step has a line of the tree.
#include "pool/linux/compile.hpp"

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <future>

#include "pool/linux/site_table.hpp"
#include "source_paths.hpp"

namespace poolrace::pool::linux_tree {
namespace {

namespace fs = std::filesystem;

class LinuxCompile : public testing::Test {
 protected:
  LinuxCompile() {
    std::string name = (fs::temp_directory_path() / "poolrace-compile-XXXXXX").string();
    if (::mkdtemp(name.data()) != nullptr) scratch_ = name;
    ::setenv("XDG_CACHE_HOME", scratch_.c_str(), 1);
  }
  ~LinuxCompile() override { fs::remove_all(scratch_); }
  std::string scratch_;
  Tree tree_ = read_tree(parse_source(POOLRACE_SOURCE_DIR "/pool/linux/fixture"));
};

TEST_F(LinuxCompile, CompilesAContentOnce) {
  const Built first = build(tree_), second = build(tree_);
  EXPECT_TRUE(first.fresh);
  EXPECT_FALSE(second.fresh);
  EXPECT_EQ(first.folder, second.folder);
  BuildOptions bare;
  bare.stats = false;
  EXPECT_NE(build(tree_, bare).hash, first.hash);
  EXPECT_EQ(kept().size(), 2U);
  EXPECT_EQ(forget_all(), 2U);
  EXPECT_TRUE(kept().empty());
}

TEST_F(LinuxCompile, TwoAtOnceComeToOne) {
  auto other = std::async(std::launch::async, [this] { return build(tree_); });
  const Built mine = build(tree_), theirs = other.get();
  EXPECT_EQ(mine.folder, theirs.folder);
  EXPECT_EQ(kept().size(), 1U);
  for (const auto& entry : fs::directory_iterator(cache_folder()))
    EXPECT_FALSE(entry.path().filename().string().starts_with("new-")) << entry.path();
}

TEST_F(LinuxCompile, SaysWhatTheTreeLacksInTheCompilersWords) {
  tree_.files["net/core/page_pool.c"] += "int lacks(void) { return missing_here(); }\n";
  std::string said;
  try {
    build(tree_);
  } catch (const TreeError& error) {
    said = error.what();
  }
  EXPECT_NE(said.find("net/core/page_pool.c:"), std::string::npos) << said;
  EXPECT_NE(said.find("missing_here"), std::string::npos) << said;
  EXPECT_NE(said.find("--extra FILE.h"), std::string::npos) << said;
  EXPECT_EQ(said.find('\n'), std::string::npos) << said;
  for (const auto& entry : fs::directory_iterator(cache_folder()))
    ADD_FAILURE() << "left behind: " << entry.path();
}

TEST_F(LinuxCompile, GoesElsewhereWhereTheCacheCannotBeWritten) {
  std::ofstream(scratch_ + "/poolrace") << "in the way\n";
  const Built built = build(tree_);
  EXPECT_FALSE(built.folder.starts_with(scratch_));
  EXPECT_TRUE(fs::exists(built.folder + "/pool.so"));
  const Built again = build(tree_);
  EXPECT_TRUE(built.fresh && again.fresh);  // what lies there is never looked for
  fs::remove_all(built.folder);
  fs::remove_all(again.folder);
}

TEST_F(LinuxCompile, NamesNoCompilerThatIsNotThere) {
  const char* before = ::getenv("CC");
  const std::string kept_cc = before == nullptr ? "" : before;
  ::setenv("CC", "poolrace-no-such-compiler", 1);
  try {
    build(tree_);
    ADD_FAILURE() << "compiled by nobody";
  } catch (const TreeError& error) {
    EXPECT_NE(std::string(error.what()).find("'poolrace-no-such-compiler' cannot be run"),
              std::string::npos);
  }
  kept_cc.empty() ? ::unsetenv("CC") : ::setenv("CC", kept_cc.c_str(), 1);
}

TEST_F(LinuxCompile, KnowsTheLineOfEveryCall) {
  const Built built = build(tree_);
  std::ifstream in(built.folder + "/sites");
  const SiteTable table(built.folder);
  int lines = 0, in_pool = 0;
  for (std::string line; std::getline(in, line); ++lines) {
    const Chain* chain = table.find(std::stoull(line.substr(0, line.find('\t')), nullptr, 16));
    ASSERT_NE(chain, nullptr);
    if (where_of(*chain).line.starts_with("page_pool.c:")) ++in_pool;
  }
  EXPECT_GT(in_pool, lines / 4);
}

TEST(LinuxWhere, IsTheTreesLineWhateverWasInlined) {
  const Where where = where_of({{"spin_lock", "shim/pr_lock.h", 9},
                                {"consume", "tree/include/linux/ptr_ring.h", 7},
                                {"scrub", "tree/net/core/page_pool.c", 88}});
  EXPECT_EQ(where.line, "ptr_ring.h:7");
  EXPECT_EQ(where.function, "consume in scrub");
  EXPECT_EQ(where_of({{"create", "glue.c", 3}}).line, "the caller");
}

}  // namespace
}  // namespace poolrace::pool::linux_tree
