// SPDX-License-Identifier: MIT
#include "models/files.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdio>
#include <fstream>

#include "models/traffic/recorded_trace.hpp"

namespace poolrace::models {
namespace {

TEST(Files, ATraceIsReadOnceWhileItIsTheFileThatItWas) {
  const std::string path = testing::TempDir() + "shared" + std::to_string(::getpid());
  std::ofstream(path) << "time_us,bytes\n0,64\n5,64\n";
  Parameters one = parameter_table().defaults().values;
  one.traffic = TrafficKind::trace;
  one.trace_csv = path;
  Parameters other = one, changed = one;
  read_files(one);
  read_files(other);
  EXPECT_EQ(one.recorded, other.recorded);
  ASSERT_EQ(contents_of(one).size(), 1U);
  EXPECT_EQ(contents_of(one)[0].role, "trace_csv");
  std::ofstream(path) << "time_us,bytes\n0,64\n5,64\n6,64\n";
  read_files(changed);
  EXPECT_EQ(changed.recorded->records.size(), 3U);
  EXPECT_NE(contents_of(one)[0].hash, contents_of(changed)[0].hash);
  std::remove(path.c_str());
}

}  // namespace
}  // namespace poolrace::models
