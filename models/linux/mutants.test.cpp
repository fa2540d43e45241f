// SPDX-License-Identifier: MIT
// The pool of Linux 6.12 with one thing broken in a copy: said beforehand what it breaks, and found
// as that and as nothing else.  What the unmodified tree shows itself is not counted.
#include <gtest/gtest.h>

#include <chrono>
#include <iostream>
#include <map>
#include <regex>
#include <set>
#include <sstream>

#include "models/linux/debian_tree.hpp"

namespace poolrace::models::linux_tree {
namespace {

constexpr const char* pool_c = "net/core/page_pool.c";

struct Mutant {
  const char* name;
  const char* file;
  const char* line;     // what is changed: matches once
  const char* instead;  // of it
  const char* breaks;
  std::set<std::string> found;  // what it must be found as; empty: no harm, and no misuse either
};

// Where the first guess was another, the reason stands above the row.
const Mutant mutants[] = {
    {"NoRingBarrier",
     pool_c,
     R"(\w+ = page_pool_producer_lock\(\w+\);\s+page_pool_producer_unlock[^;]+;)",
     "",
     "a put is still within the ring's lock when the pool goes",
     {"pool-use-after-free corruption"}},
    // These four were guessed as sync-after-unmap alone: with a removal behind it the same sync comes
    // when the device is gone, too.
    {"SyncClearedAfterGrace",
     pool_c,
     R"((pool->dma_sync = false;)([\s\S]{0,600}?)(synchronize_net\(\);))",
     "$2$3 $1",
     "a put that begins behind the grace period still syncs",
     {"sync-after-unbind crash", "sync-after-unmap crash"}},
    {"NoSecondLook",
     pool_c,
     R"(if \(pool->dma_sync\)\s+(__page_pool_dma_sync))",
     "$1",
     "a put that looked before, and entered RCU behind the grace period, syncs",
     {"sync-after-unbind crash", "sync-after-unmap crash"}},
    {"NoRcuAroundSync",
     pool_c,
     R"(rcu_read_lock\(\);([\s\S]{0,400}?)rcu_read_unlock\(\);)",
     "$1",
     "the grace period waits for nobody",
     {"sync-after-unbind crash", "sync-after-unmap crash"}},
    {"NoGracePeriod",
     pool_c,
     R"(if \(dma_dev_need_sync[^;]*?synchronize_net\(\);)",
     "",
     "the walk unmaps what a put has just found to be synced",
     {"sync-after-unbind crash", "sync-after-unmap crash"}},
    {"AddressReadBehindClaim",
     pool_c,
     R"((\bdma = page_pool_get_dma_addr_netmem\(netmem\);)([\s\S]{0,600}?)(dma_unmap_page_attrs\())",
     "$2$1 $3",
     "the walk has claimed, the put clears the address, the walk unmaps address 0",
     {"double-unmap none"}},
    {"ClaimIgnored",
     pool_c,
     R"(if \(old != page\)\s+return;)",
     "",
     "the walk and a put unmap both",
     {"double-unmap none"}},
    // Guessed as a double unmap alone: two stores at a time also free a node that the other is in.
    {"ClaimUnlocked",
     "include/linux/xarray.h",
     R"((xa_cmpxchg_bh\([^)]*\)\s*\{[^}]*?)xa_lock_bh\(xa\);([^}]*?)xa_unlock_bh\(xa\);)",
     "$1$2",
     "the walk and a put find the page there both",
     {"double-unmap none", "tracker-corruption crash"}},
    {"CountedBeforeUnmap",
     pool_c,
     R"((__page_pool_release_netmem_dma\(pool, netmem\);)([\s\S]{0,300}?)(count = atomic_inc_return_relaxed\([^)]*\));)",
     "$3, $1$2",
     "the pool goes when the last page is counted, which is not unmapped yet",
     {"pool-use-after-free corruption"}},
    {"StatisticAfterUnlock",
     pool_c,
     R"((if \(ret\)\s+recycle_stat_inc\(pool, ring\);)\s+(page_pool_producer_unlock[^;]+;))",
     "$2 $1",
     "the pool goes between the unlock and the count",
     {"pool-use-after-free corruption"}},
    // Guessed as a leak, which it is: but this world ends with the pool waiting for the page, and does
    // not tell a page that nobody holds from one that somebody will still put.
    {"UnrefInTwoSteps",
     "include/net/page_pool/helpers.h",
     R"(ret = atomic_long_sub_return\(nr, pp_ref_count\);)",
     "ret = atomic_long_read(pp_ref_count) - nr; atomic_long_set(pp_ref_count, ret);",
     "two fragments each find the other left: the page never comes back",
     {}},
    {"NeverDestroyed",
     pool_c,
     R"(!pool->destroy_cnt\+\+)",
     "!pool->destroy_cnt",
     "each retry empties the cache and walks again: nothing is left to be found there",
     {}},
    // Guessed as misuse of the page: here each life of a frame is a struct of its own, cleared, and no
    // allocator looks at what is left in a page that it gets back, as the kernel's does.
    {"MagicKept",
     "net/core/netmem_priv.h",
     R"(__netmem_clear_lsb\(netmem\)->pp_magic = 0;)",
     "",
     "a page that is free says that it is a pool's: whoever gets it next gives it to that pool",
     {}},
};

// Kinds with the worst that each does, over the programs with no more than two parts, and those with
// fragments.
std::set<std::string> found_of(const std::string& tree) {
  constexpr ExploreConfig hns3{.driver_order = DriverOrder::hns3};
  std::set<std::string> out;
  for (const Program& program : program_table()) {
    if (!program.contract_kept || program.large ||
        (program.parts.size() > 2 && !program.has(Part::put_frag)))
      continue;
    for (const ExploreConfig& config : {ExploreConfig{}, hns3}) {
      const Verdict verdict = explore({&program, tree, config, ""}, {.executions_max = 1000});
      for (const auto& found : verdict.found)
        if (found)
          out.insert(std::string(kind_info(found->violation.kind).name) + " " +
                     harm_name(found->violation.harm));
    }
  }
  return out;
}

std::string text_of(const std::set<std::string>& kinds) {
  std::string out;
  for (const std::string& kind : kinds) out += (out.empty() ? "" : ", ") + kind;
  return out.empty() ? "nothing" : out;
}

class TreeMutantLong : public testing::TestWithParam<Mutant> {
 protected:
  static const std::set<std::string>& of_the_original(const std::string& tree) {
    static const std::set<std::string> found = found_of(tree);
    return found;
  }
};

std::string copy_with(const std::string& folder, const Mutant& mutant) {
  namespace fs = std::filesystem;
  const std::string copy = POOLRACE_BINARY_DIR "/linux-source/6.12-" + std::string(mutant.name);
  fs::remove_all(copy);
  fs::copy(folder, copy, fs::copy_options::recursive);
  const std::string file = copy + "/" + mutant.file;
  std::ostringstream in;
  in << std::ifstream(file).rdbuf();
  const std::string text = in.str();
  const std::regex line(mutant.line);
  EXPECT_EQ(std::distance(std::sregex_iterator(text.begin(), text.end(), line), {}), 1);
  std::ofstream(file) << std::regex_replace(text, line, mutant.instead);
  return copy;
}

TEST_P(TreeMutantLong, IsFoundAsWhatItBreaks) {
  const Mutant& mutant = GetParam();
  keep_in_build_tree();
  const std::string folder = debian_tree("6.12");
  if (folder.empty()) GTEST_SKIP() << "the package linux-source-6.12 is not installed";
  const std::set<std::string>& original = of_the_original(know_tree("linux:" + folder, "test"));
  const auto began = std::chrono::steady_clock::now();
  const std::string broken = know_tree("linux:" + copy_with(folder, mutant), "test");
  std::set<std::string> found;
  for (const std::string& kind : found_of(broken))
    if (!original.contains(kind)) found.insert(kind);
  const std::chrono::duration<double> took = std::chrono::steady_clock::now() - began;
  std::cout << mutant.name << ": " << mutant.breaks << ": " << text_of(found) << ", "
            << took.count() << " s\n";
  EXPECT_EQ(text_of(found), text_of(mutant.found)) << mutant.breaks;
  for (const std::string& kind : mutant.found) EXPECT_FALSE(original.contains(kind));
  EXPECT_LT(took.count(), 60);
}

INSTANTIATE_TEST_SUITE_P(All, TreeMutantLong, testing::ValuesIn(mutants),
                         [](const auto& tested) { return std::string(tested.param.name); });

}  // namespace
}  // namespace poolrace::models::linux_tree
