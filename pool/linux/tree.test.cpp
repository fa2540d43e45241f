// SPDX-License-Identifier: MIT
// What is taken of a tree, from a directory or a git ref, and what is said when nothing can be.
#include "pool/linux/tree.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>

#include "pool/linux/process.hpp"
#include "source_paths.hpp"

namespace poolrace::pool::linux_tree {
namespace {

namespace fs = std::filesystem;

const std::string fixture = POOLRACE_SOURCE_DIR "/pool/linux/fixture";

std::string error_of(const std::string& source) {
  try {
    read_tree(parse_source(source));
  } catch (const TreeError& error) {
    return error.what();
  }
  return "";
}

// A folder of its own for a test, gone with it.
class Scratch {
 public:
  Scratch() {
    std::string name = (fs::temp_directory_path() / "poolrace-tree-XXXXXX").string();
    if (::mkdtemp(name.data()) != nullptr) path_ = name;
  }
  ~Scratch() { fs::remove_all(path_); }
  Scratch(const Scratch&) = delete;
  Scratch& operator=(const Scratch&) = delete;
  [[nodiscard]] const std::string& path() const { return path_; }

 private:
  std::string path_;
};

TEST(LinuxTree, TakesThePoolAndWhatItStandsOn) {
  const Tree tree = read_tree(parse_source(fixture));
  for (const char* file : {"net/core/page_pool.c", "include/net/page_pool.h",
                           "include/linux/ptr_ring.h", "include/linux/poison.h"})
    EXPECT_TRUE(tree.files.contains(file)) << file;
  EXPECT_TRUE(tree.left.contains("linux/slab.h"));
  EXPECT_FALSE(tree.left.contains("net/page_pool.h"));
  EXPECT_FALSE(tree.has("XARRAY"));
  EXPECT_FALSE(tree.has("TYPES_HEADER"));
  EXPECT_TRUE(tree.has("UNREF"));
  EXPECT_EQ(tree.traces, std::vector<std::string>{"trace_page_pool_state_release"});
}

TEST(LinuxTree, TakesOfTheMemoryHeaderThePoolsMacrosAlone) {
  const Tree tree = read_tree(parse_source(fixture));
  EXPECT_NE(tree.page_macros.find("#define PP_SLOT_MASK"), std::string::npos);
  EXPECT_NE(tree.page_macros.find("page_pool_page_is_pp"), std::string::npos);
  EXPECT_EQ(tree.page_macros.find("never_taken"), std::string::npos) << tree.page_macros;
  EXPECT_TRUE(tree.has("PAGE_IS_PP"));
}

TEST(LinuxTree, SaysInOneLineWhyThereIsNone) {
  const Scratch empty;
  EXPECT_NE(error_of(empty.path()).find("has no net/core/page_pool.c"), std::string::npos);
  EXPECT_NE(error_of(empty.path() + "/gone").find("no such directory"), std::string::npos);
  EXPECT_NE(error_of(empty.path() + "@v6.12").find("git knows no ref 'v6.12'"), std::string::npos);
  EXPECT_NE(error_of(empty.path() + "@--help").find("does not begin with '-'"), std::string::npos);
  EXPECT_NE(error_of(empty.path() + "@").find("stands a git ref"), std::string::npos);
  EXPECT_NE(error_of("").find("a directory is missing"), std::string::npos);
  EXPECT_NE(error_of("tree%4").find("two hexadecimal digits"), std::string::npos);
  for (const char* source : {"/gone", "/gone@x", "", "%"})
    EXPECT_EQ(error_of(source).find('\n'), std::string::npos) << source;
}

TEST(LinuxTree, QuotesWhatSeparates) {
  const Source source = parse_source("/a%2Cb %40c%3B%25/@v1%40x");
  EXPECT_EQ(source.path, "/a,b @c;%");
  EXPECT_EQ(source.ref, "v1@x");
  const std::string text = source.text();
  EXPECT_EQ(text.find_first_of(",;#"), std::string::npos) << text;
  const Source back = parse_source(text);
  EXPECT_EQ(back.path, source.path);
  EXPECT_EQ(back.ref, source.ref);
}

TEST(LinuxTree, ReadsARefWithoutACheckout) {
  const Scratch place;
  const std::string work = place.path() + "/odd, @ name", bare = place.path() + "/bare.git";
  fs::copy(fixture, work, fs::copy_options::recursive);
  const auto git = [&](std::vector<std::string> words) {
    words.insert(words.begin(), {"git", "-c", "user.name=t", "-c", "user.email=t@t", "-C", work});
    const Ran ran = run(words);
    EXPECT_TRUE(ran.good()) << ran.err;
  };
  git({"init", "-q"});
  git({"add", "-A"});
  git({"commit", "-q", "-m", "first"});
  git({"tag", "v1"});
  git({"clone", "-q", "--bare", ".", bare});
  std::ofstream(work + "/net/core/page_pool.c") << "nothing\n";
  const std::string quoted = place.path() + "/odd%2C %40 name";
  const Tree now = read_tree(parse_source(quoted)), then = read_tree(parse_source(quoted + "@v1"));
  EXPECT_EQ(now.files.at("net/core/page_pool.c"), "nothing\n");
  EXPECT_EQ(then.files, read_tree(parse_source(fixture)).files);
  EXPECT_EQ(read_tree(parse_source(bare + "@v1")).files, then.files);
}

// By where they stand, not by a version: stable trees carry some of it.
TEST(LinuxTree, SaysWhereStatisticsAreCounted) {
  const auto says = [](const std::string& body, const char* what) {
    Tree tree;
    tree.files["net/core/page_pool.c"] =
        "void put(void)\n{\n" + body + "}\nvoid producer_unlock(p);\n";
    const std::vector<std::string> said = traits(tree);
    return std::count(said.begin(), said.end(), what);
  };
  const std::string lock = "producer_lock(p);\n", unlock = "producer_unlock(p);\n";
  const std::string put = "recycle_stat_inc(p, ring);\n", bulk = "recycle_stat_add(p, ring, i);\n";
  EXPECT_EQ(says(lock + put + unlock, "the statistic of a put is counted inside the producer lock"),
            1);
  EXPECT_EQ(says(lock + unlock + put, "the statistic of a put is counted after the unlock"), 1);
  EXPECT_EQ(says(lock + unlock + bulk, "the statistic of a bulk put is counted after the unlock"),
            1);
  EXPECT_EQ(says(lock + unlock, "the statistic of a put is counted after the unlock"), 0);
}

TEST(LinuxTree, ReadsWhatAProcessSaysAndHowItEnded) {
  const Ran good = run({"cat"}, "", "heard");
  EXPECT_EQ(good.status, 0);
  EXPECT_EQ(good.out, "heard");
  EXPECT_EQ(run({"sh", "-c", "echo no >&2; exit 3"}).status, 3);
  EXPECT_EQ(run({"sh", "-c", "echo no >&2; exit 3"}).err, "no\n");
  EXPECT_EQ(run({"poolrace-no-such-program"}).status, -1);
}

}  // namespace
}  // namespace poolrace::pool::linux_tree
