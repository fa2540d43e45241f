// SPDX-License-Identifier: MIT
#include "models/explore/config.hpp"

#include <gtest/gtest.h>

#include "models/explore/task.hpp"
#include "models/parameters.hpp"
#include "sim/errors.hpp"

namespace poolrace::models {
namespace {

TEST(ExploreConfig, TheTableStartsFromTheStructsOwnDefaults) {
  EXPECT_EQ(explore_parameters().defaults().values, ExploreConfig{});
  EXPECT_EQ(text_of({}),
            "iommu=strict coherent=false swiotlb=false dma_debug=false preempt=full "
            "preempt_dynamic=false ram_at_zero=false iommu_generation=v6.14 "
            "driver_order=ndo_stop");
}

// So that one change of machine can be asked of both worlds; timed pools always map and sync.
TEST(ExploreConfig, EveryNameIsAParameterOfTheTimedMachine) {
  for (const std::string& name : explore_parameters().names())
    EXPECT_EQ(parameter_table().find(name) == nullptr, name == "pool_flags" || name == "memory")
        << name;
}

TEST(ExploreConfig, PoolsThatDoNotMapAreSaidAndServeNoNic) {
  ExploreConfig config;
  set_config(config, "pool_flags", "none", "here");
  EXPECT_NE(text_of(config).find(" pool_flags=none"), std::string::npos);
  EXPECT_NO_THROW(check_together(config, find_program("destroy-vs-put-softirq")));
  EXPECT_THROW(check_together(config, find_program("recycle-and-post")), ConfigError);
}

TEST(ExploreConfig, OfATimedMachineIsTheNearest) {
  auto machine = parameter_table().defaults();
  for (const auto& [name, value] : {std::pair{"iommu", "none"},
                                    {"swiotlb", "true"},
                                    {"coherent", "true"},
                                    {"ram_at_zero", "true"},
                                    {"preempt", "voluntary"}})
    parameter_table().set(machine, name, value);
  const ExploreConfig expected{.coherent = true,
                               .iommu = IommuMode::none,
                               .swiotlb = true,
                               .preempt = PreemptModel::voluntary,
                               .ram_at_zero = true};
  EXPECT_EQ(explore_config(machine.values), expected);
  parameter_table().set(machine, "preempt", "full");
  EXPECT_EQ(explore_config(machine.values).preempt, PreemptModel::full);
}

// What differs for no step of a program is not explored twice.
TEST(ExploreConfig, AProgramIsExploredWhereAPartOfItGoesAnotherWay) {
  const auto rows = [](const char* program) {
    return configs_for(find_program(program)).size() -
           configs_for(find_program("put-preemptible-vs-put-softirq")).size();
  };
  EXPECT_EQ(rows("destroy-vs-put-preemptible"), 3u);  // preemption, driver order, both
  EXPECT_EQ(rows("remove-vs-put-preemptible"), 4u);   // and the IOMMU's generation
  for (const Program& program : program_table())
    for (const ExploreConfig& config : configs_for(program)) {
      const auto all = every_config();
      EXPECT_NE(std::find(all.begin(), all.end(), config), all.end()) << text_of(config);
    }
}

TEST(ExploreConfig, ASettingIsSetOrNamedInTheError) {
  ExploreTask task;
  apply_setting(task, "iommu", "lazy", "here");
  apply_setting(task, "fault", "skip-unmap", "here");
  EXPECT_EQ(task.config.iommu, IommuMode::lazy);
  EXPECT_EQ(task.fault, "skip-unmap");
  const auto error = [&](const char* name, const char* value) -> std::string {
    try {
      apply_setting(task, name, value, "here");
      return "";
    } catch (const ConfigError& e) {
      return e.what();
    }
  };
  EXPECT_EQ(error("iomu", "lazy"), "here: unknown parameter 'iomu' (nearest: iommu)");
  EXPECT_EQ(error("falt", "x"), "here: unknown parameter 'falt' (nearest: fault)");
  EXPECT_EQ(error("speed", "1"), "here: unknown parameter 'speed'; allowed: " + setting_names());
  EXPECT_EQ(error("iommu", "lasy"),
            "here: iommu=lasy is not a choice (allowed: none, lazy, strict) (nearest: lazy)");
  EXPECT_EQ(error("coherent", "maybe"),
            "here: coherent=maybe is neither true nor false (allowed: true, false)");
  EXPECT_EQ(error("fault", "skip-unmpa"), "here: unknown fault 'skip-unmpa' (nearest: skip-unmap)");
}

}  // namespace
}  // namespace poolrace::models
