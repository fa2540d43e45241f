// SPDX-License-Identifier: MIT
#include "sim/settings/replay_fields.hpp"

#include <gtest/gtest.h>

#include "sim/errors.hpp"

namespace poolrace::sim {
namespace {

TEST(ReplayFields, KeepOrderAndWhatStandsBehindTheFirstEqualsSign) {
  const ReplayFields line =
      fields_of("poolrace/1.2;run=3;stall=a=b;stall=c=;x= y\n", "", {"stall"});
  EXPECT_EQ(line.version, "1.2");
  std::string all;
  for (const auto& [name, value] : line.fields) all += name + "|" + value + "\n";
  EXPECT_EQ(all, "run|3\nstall|a=b\nstall|c=\nx| y\n");
  EXPECT_TRUE(fields_of("poolrace/1.2 ", "1.2").fields.empty());
  EXPECT_EQ(fields_of("poolrace/1.2;config=a%3Bb%20", "1.2").fields[0].value, "a;b ");
}

TEST(ReplayFields, WhatIsNoneIsRefusedByName) {
  const auto error = [](std::string_view text) -> std::string {
    try {
      fields_of(text, "1.2", {"stall"});
      return "";
    } catch (const ConfigError& e) {
      return e.what();
    }
  };
  EXPECT_EQ(error("poolrace;run=1"),
            "replay string: 'poolrace;run=1' is none: one begins with 'poolrace/1.2', and "
            "`compare`, `run` and `explore` print them");
  EXPECT_EQ(error(" \n").find("replay string: '' is none"), 0U);
  EXPECT_EQ(error("poolrace/1.3;;"),  // whatever else is wrong with it
            "replay string: it begins with 'poolrace/1.3', this is 'poolrace/1.2'; another version "
            "draws other runs and takes other steps");
  EXPECT_EQ(error("poolrace/1.2;run"), "replay string: 'run' is not NAME=VALUE");
  EXPECT_EQ(error("poolrace/1.2;run=1;"), "replay string: '' is not NAME=VALUE");
  EXPECT_EQ(error("poolrace/1.2;a=%3"),
            "replay string: '%3' is no byte in hex; allowed: %00 to %FF (%25 is the sign itself)");
  EXPECT_EQ(error("poolrace/1.2;=1"), "replay string: '=1' is not NAME=VALUE");
  EXPECT_EQ(error("poolrace/1.2;run=1;seed=1;run=1"), "replay string: 'run=' is given twice");
  EXPECT_EQ(error("poolrace/1.2;stall=1;stall=1"), "");
}

}  // namespace
}  // namespace poolrace::sim
