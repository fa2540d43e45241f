// SPDX-License-Identifier: MIT
// The footprints of the shipped programs: steps that they call independent commute
// (sim/explore/commutation.hpp), in every variant, configuration and with every seeded fault.
#include <gtest/gtest.h>

#include "models/explore/commutation_fixture.hpp"
#include "models/explore/faults.hpp"
#include "models/variants.hpp"

namespace poolrace::models {
namespace {

// Few pairs can be swapped where one context waits for the other.
TEST(Commutation, OfEveryProgram) {
  std::uint64_t swaps = 0;
  for (const Program& program : program_table())
    swaps += check_task({&program, "xarray-fixed", {}}, 2);
  EXPECT_GT(swaps, 1'000U);
}

// Steps and the ways that they take, in two orders: what accesses find is the same.
TEST(Commutation, WhereMemoryIsWeak) {
  std::uint64_t swaps = 0;
  for (const sim::MemoryModel memory : {sim::MemoryModel::tso, sim::MemoryModel::arm})
    for (const char* variant : {"scan-rcu", "blocks-v11", "xarray-fixed", "busy-flag"})
      for (const Program& program : program_table())
        swaps += check_task({&program, variant, {.memory = memory}}, 1);
  EXPECT_GT(swaps, 1'000U);
}

std::uint64_t of_every_program(bool everywhere, std::uint64_t executions) {
  std::uint64_t swaps = 0;
  for (const Program& program : program_table())
    for (const pool::VariantInfo& variant : variant_infos())
      for (const ExploreConfig& config : configs_for(program))
        if (everywhere || config == ExploreConfig{})
          swaps += check_task({&program, variant.name, config},
                              config == ExploreConfig{} ? executions : 2);
  return swaps;
}

std::uint64_t of_every_fault(std::uint64_t executions) {
  std::uint64_t swaps = 0;
  for (const ExploreFault& fault : explore_fault_table())
    for (const char* program :
         {fault.program, "destroy-vs-put-vs-put", "put-preemptible-vs-put-bulk",
          "broken-napi-vs-put", "remove-vs-put-return-vs-late"})
      for (const pool::VariantInfo& variant : variant_infos())
        swaps += check_task({&find_program(program), variant.name, {}, fault.name}, executions);
  return swaps;
}

TEST(CommutationSlow, OfEveryProgramAndVariant) {
  EXPECT_GT(of_every_program(false, 2), 10'000U);
}
TEST(CommutationLong, OfEveryProgramVariantAndConfiguration) {
  EXPECT_GT(of_every_program(true, 8), 500'000U);
}

TEST(CommutationSlow, OfEveryFault) {
  EXPECT_GT(of_every_fault(1), 2'000U);
}
TEST(CommutationLong, OfEveryFault) {
  EXPECT_GT(of_every_fault(6), 20'000U);
}

}  // namespace
}  // namespace poolrace::models
