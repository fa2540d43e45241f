// SPDX-License-Identifier: MIT
// The variants that are for teaching: right in every order of steps, as far as the merged fix is, and
// one of them wrong wherever a store may come late.
#include <gtest/gtest.h>

#include "models/explore/explorer.hpp"
#include "models/variants.hpp"

namespace poolrace::models {
namespace {

using sim::MemoryModel;

constexpr const char* programs[] = {"destroy-vs-put-preemptible", "destroy-vs-put-softirq",
                                    "destroy-vs-put-bulk", "destroy-vs-put-softirq-one-cpu"};

Verdict explored(const char* program, const char* variant, MemoryModel memory) {
  const Verdict verdict = explore({&find_program(program), variant, {.memory = memory}});
  EXPECT_TRUE(verdict.complete) << program << " " << variant << " " << words_of(memory);
  return verdict;
}

bool syncs_unmapped(const Verdict& verdict) {
  return verdict.found[static_cast<std::size_t>(Kind::sync_after_unmap)].has_value();
}

TEST(BusyFlag, IsInNoTableAndKnownByItsName) {
  for (const pool::VariantInfo& info : variant_infos())
    EXPECT_FALSE(info.for_teaching) << info.name;
  const std::vector<pool::VariantInfo> known = known_infos();
  ASSERT_EQ(known.size(), variant_infos().size() + 2);
  for (std::size_t i = known.size() - 2; i < known.size(); ++i) {
    EXPECT_TRUE(known[i].for_teaching);
    EXPECT_NE(std::string(known[i].help).find("for teaching, never posted"), std::string::npos);
    EXPECT_NE(find_variant(known[i].name), nullptr);
  }
}

TEST(BusyFlag, IsRightInEveryOrder) {
  for (const char* program : programs)
    for (const char* variant : {"busy-flag", "busy-flag-mb"}) {
      const Verdict verdict = explored(program, variant, MemoryModel::sc);
      const Verdict merged = explored(program, "xarray-fixed", MemoryModel::sc);
      EXPECT_FALSE(syncs_unmapped(verdict)) << program << " " << variant;
      for (std::size_t k = 0; k < kind_count; ++k)
        EXPECT_TRUE(!verdict.found[k] || merged.found[k]) << program << " " << kind_table[k].name;
    }
}

TEST(BusyFlag, WithoutBarriersSyncsWhatIsUnmappedWhereStoresComeLate) {
  for (const char* program :
       {"destroy-vs-put-preemptible", "destroy-vs-put-softirq", "destroy-vs-put-bulk"})
    for (const MemoryModel memory : {MemoryModel::tso, MemoryModel::pso, MemoryModel::arm})
      EXPECT_TRUE(syncs_unmapped(explored(program, "busy-flag", memory)))
          << program << " " << words_of(memory);
}

TEST(BusyFlag, WithBarriersIsRight) {
  for (const char* program : programs)
    for (const MemoryModel memory : {MemoryModel::tso, MemoryModel::pso, MemoryModel::arm})
      EXPECT_FALSE(syncs_unmapped(explored(program, "busy-flag-mb", memory)))
          << program << " " << words_of(memory);
}

// Two puts at once, each with a flag of its own.
TEST(BusyFlag, TwoPutsHoldDestroyBothBack) {
  EXPECT_FALSE(syncs_unmapped(explored("destroy-vs-put-vs-put", "busy-flag", MemoryModel::sc)));
  EXPECT_TRUE(syncs_unmapped(explored("destroy-vs-put-vs-put", "busy-flag", MemoryModel::tso)));
}

}  // namespace
}  // namespace poolrace::models
