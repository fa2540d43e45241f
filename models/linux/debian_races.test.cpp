// SPDX-License-Identifier: MIT
// The data races of our C++ pools are those of the kernels that they mirror, kind by kind: what is
// written and what is read or written beside it, whatever the line.
#include <gtest/gtest.h>

#include <regex>
#include <set>
#include <utility>

#include "models/linux/debian_tree.hpp"

namespace poolrace::models::linux_tree {
namespace {

struct Rule {
  const char* tree;  // of a site
  const char* ours;
  const char* kind;
};

// Bits of one unit have one name in a tree: who reads says which it wants.
constexpr Rule rules[] = {
    {R"(write pool\.[\w/]*dma_sync.*\(page_pool_scrub\))", "scrub: clear dma_sync",
     "clear dma_sync"},
    {R"(read pool\.[\w/]*dma_sync.*dma_sync_for_device\))", "put: read dma_sync.*",
     "look at dma_sync"},
    {R"(read pool\.[\w/]*dma_map.*(unmap|release)_netmem_dma\))", "release: read dma_map",
     "look at dma_map"},
    {R"(read page\.dma_addr.*)", "(claim|release): read dma_addr", "read dma_addr"},
    {R"(write page\.dma_addr.*)", "release: clear dma_addr", "clear dma_addr"},
    {R"(read page\.pp_magic.*get_dma_index.*)", "claim: read index", "read index"},
    {R"(write page\.pp_magic.*set_dma_index.*)", "release: clear index", "clear index"},
    {R"(write page\.pp_magic.*clear_pp_info\))", "clear pp_magic", "clear pp_magic"},
    {R"(read page\.pp_magic.*)", "skb free: read pp_magic", "skb's look at pp_magic"},
    {R"(write page\.pp .*clear_pp_info\))", "clear page owner", "clear pp"},
    {R"((the caller )?read page\.pp( .*)?)", "skb free: read page owner", "skb's look at pp"},
    {R"(update pool\.pages_state_release_cnt.*)", "raise pages_state_release_cnt",
     "raise release_cnt"},
    {R"(update per-CPU\..*)", "count a recycle statistic", "count"},
    {R"(free (pool|per-CPU)\..*)", "page_pool_destroy: kfree", "free the pool"},
    {R"(read array.*__ptr_ring_produce.*)", "ring: test the producer's slot", "producer's look"},
    {R"(write array.*__ptr_ring_produce.*)", "ring: publish page", "publish"},
    {R"(write array.*__ptr_ring_discard_one.*)", "ring: clear consumed slot", "clear slot"},
    {R"(read array.*__ptr_ring_empty.*)", "ring: test for empty", "look for empty"},
    {R"(write pool\.dma_mapped\.xa_head.*)", "xarray: (raise|lower) count", "change the array"},
    {R"(read pool\.dma_mapped\.xa_head.*xa_empty.*)", "xarray: test for empty",
     "look for an empty array"},
    // What is never written while the pool lives is no word of ours.
    {R"(read pool\.(p|recycle_stats|ring\.size).*)", "(none)", ""},
};

std::string kind_of_site(const std::string& site, bool tree) {
  const std::string said =
      tree ? std::regex_replace(site, std::regex(R"(^[\w.]+:\d+ )"), "") : site;
  for (const Rule& rule : rules)
    if (std::regex_match(said, std::regex(tree ? rule.tree : rule.ours))) return rule.kind;
  return "unknown: " + site;
}

using Kinds = std::set<std::pair<std::string, std::string>>;

Kinds race_kinds(const char* program, const std::string& variant, sim::RaceRules how) {
  ExploreTask task = task_of(program, variant);
  task.races = how;
  const Verdict verdict = explore(task, {});
  EXPECT_TRUE(verdict.complete);
  Kinds kinds;
  for (const FoundRace& race : verdict.races) {
    const bool tree = variant.rfind("linux:", 0) == 0;
    auto pair = std::minmax({kind_of_site(race.first, tree), kind_of_site(race.second, tree)});
    if (!pair.first.empty()) kinds.insert({pair.first, pair.second});
  }
  return kinds;
}

class DebianRacesSlow : public testing::TestWithParam<const char*> {
 protected:
  // `counts_late`: v6.14 counts what a bulk put produced after the unlock, these kernels before.
  static void compare(const std::string& version, const char* mirror, bool counts_late) {
    keep_in_build_tree();
    const std::string folder = debian_tree(version);
    if (folder.empty()) GTEST_SKIP() << "the package linux-source-" << version << " is not there";
    const std::string tree = know_tree("linux:" + folder, "test");
    for (const sim::RaceRules how : {sim::RaceRules::strict, sim::RaceRules::kcsan}) {
      Kinds theirs = race_kinds(GetParam(), tree, how);
      const std::string program = GetParam();
      const bool strict = how == sim::RaceRules::strict;
      if (counts_late && strict && program == "destroy-vs-put-bulk")
        theirs.insert({"count", "free the pool"});
      // In a tree's world it is our own skb that reads page->pp, marked; in the kernel it is plain.
      if (version == "6.12" && !strict && program == "destroy-vs-frag-vs-frag")
        theirs.insert({"clear pp", "skb's look at pp"});
      EXPECT_EQ(race_kinds(GetParam(), mirror, how), theirs) << mirror;
    }
  }
};

TEST_P(DebianRacesSlow, SixOneAndItsMirrorHaveTheSame) {
  compare("6.1", "baseline-ringfix", true);
}
TEST_P(DebianRacesSlow, SixTwelveAndItsMirrorsHaveTheSame) {
  compare("6.12", "xarray-fixed", true);
  compare("6.12", "mainline-2026", false);
}

INSTANTIATE_TEST_SUITE_P(Programs, DebianRacesSlow,
                         testing::Values("destroy-vs-put-preemptible", "destroy-vs-put-softirq",
                                         "destroy-vs-put-bulk", "destroy-vs-put-return",
                                         "destroy-vs-put-vs-put", "destroy-vs-frag-vs-frag",
                                         "remove-vs-put-return", "put-softirq-vs-napi",
                                         "put-bulk-vs-napi"),
                         [](const auto& program) {
                           std::string name = program.param;
                           std::erase(name, '-');
                           return name;
                         });

}  // namespace
}  // namespace poolrace::models::linux_tree
