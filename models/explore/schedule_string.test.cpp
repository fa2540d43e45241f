// SPDX-License-Identifier: MIT
// Strings come back as they went; what is wrong with one is named.
#include "models/explore/schedule_string.hpp"

#include <gtest/gtest.h>

#include "sim/errors.hpp"

namespace poolrace::models {
namespace {

TEST(ScheduleString, ComesBackAsItWent) {
  const ExploreTask task{&find_program("destroy-vs-put-softirq"),
                         "scan",
                         {.iommu = IommuMode::lazy, .preempt = PreemptModel::none},
                         "keep-napi"};
  const std::string text = schedule_string(task, {1, 1, 2, 1}, "1.2.3");
  EXPECT_EQ(text,
            "poolrace/1.2.3;program=destroy-vs-put-softirq;variant=scan;iommu=lazy;coherent=false;"
            "swiotlb=false;dma_debug=false;preempt=none;preempt_dynamic=false;"
            "ram_at_zero=false;iommu_generation=v6.14;driver_order=ndo_stop;fault=keep-napi;"
            "schedule=1x2,2,1");
  const ScheduledTask parsed = parse_schedule_string(text, "1.2.3");
  EXPECT_EQ(schedule_string(parsed.task, parsed.schedule, parsed.version), text);
  EXPECT_EQ(parsed.task.config, task.config);
}

TEST(ScheduleString, IsToldFromARun) {
  EXPECT_TRUE(is_schedule("poolrace/1;program=recycle-and-post;schedule=1"));
  EXPECT_FALSE(is_schedule("poolrace/1;scenario=seed-race;config=a%3Bschedule=1;run=1"));
  EXPECT_FALSE(is_schedule("a;schedule=1.ini"));
}

TEST(ScheduleString, BadStringsAreRefusedByName) {
  const auto refused = [](const char* text, const char* mentions) {
    try {
      parse_schedule_string(text);
      ADD_FAILURE() << text;
    } catch (const ConfigError& error) {
      EXPECT_NE(std::string(error.what()).find(mentions), std::string::npos) << error.what();
      const std::string_view begin = std::string_view(error.what()).substr(0, 15);
      EXPECT_TRUE(begin == "replay string: " || begin == "contradictory s") << error.what();
    }
  };
  refused("pool/1", "poolrace/");
  refused("poolrace/1;program=destroy-vs-putt;variant=scan", "destroy-vs-put");
  refused("poolrace/1;program=recycle-and-post;variant=scann", "nearest: scan");
  refused("poolrace/1;program=recycle-and-post;variant=scan;schedule=1y2", "1y2");
  refused("poolrace/1;program=recycle-and-post;variant=scan;schedule=1x99999999", "out of range");
  refused("poolrace/1;program=recycle-and-post;variant=scan;iomu=lazy", "iommu");
  refused("poolrace/1;variant=scan", "program=");
  refused("poolrace/1;program=recycle-and-post;variant=scan;variant=scan", "given twice");
  refused("poolrace/1;program=recycle-and-post;variant=scan;iommu=lazy;swiotlb=true", "iommu=none");
}

TEST(ScheduleString, AnotherVersionIsRefusedBeforeItsNames) {
  try {
    parse_schedule_string("poolrace/0.0.9;program=destroy-vs-old-name;schedule=1", "1.2.3");
    ADD_FAILURE();
  } catch (const ConfigError& error) {
    EXPECT_NE(std::string(error.what()).find("'poolrace/0.0.9'"), std::string::npos)
        << error.what();
  }
}

}  // namespace
}  // namespace poolrace::models
