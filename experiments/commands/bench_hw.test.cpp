// SPDX-License-Identifier: MIT
// `bench hw`: what is asked for and refused, and the shape of what is printed.
#include <gtest/gtest.h>

#include <iostream>
#include <nlohmann/json.hpp>

#include "experiments/bench/hw.hpp"
#include "experiments/commands/commands.hpp"

namespace poolrace::experiments {
namespace {

using Words = std::vector<std::string>;

std::string out_of(const Words& words) {
  testing::internal::CaptureStdout();
  EXPECT_EQ(main_of(words), 0);
  std::cout.flush();
  return testing::internal::GetCapturedStdout();
}

std::string error_of(const Words& words) {
  testing::internal::CaptureStderr();
  EXPECT_EQ(main_of(words), 2);
  return testing::internal::GetCapturedStderr();
}

TEST(BenchHw, WithoutWhatItListsItsTables) {
  const std::string text = out_of({"bench", "hw"});
  for (const HwBenchmark& b : hw_benchmarks()) {
    EXPECT_NE(text.find(b.name), std::string::npos) << text;
    EXPECT_NE(text.find(b.help), std::string::npos) << text;
  }
}

TEST(BenchHw, SaysWhatIsWrong) {
  EXPECT_NE(error_of({"bench", "hw", "--what", "unmpa"}).find("'unmpa' (nearest: unmap)"),
            std::string::npos);
  EXPECT_NE(error_of({"bench", "pool", "--what", "unmap"}).find("--what: only benchmark 'hw'"),
            std::string::npos);
  EXPECT_NE(error_of({"bench", "hw", "--profile", "x86-servr"}).find("nearest: x86-server"),
            std::string::npos);
  EXPECT_NE(error_of({"bench", "hw", "--set", "atomic=9"}).find("nearest: atomic_ns"),
            std::string::npos);
  EXPECT_NE(error_of({"bench", "hw", "--variant", "scan"}).find("only benchmark 'pool'"),
            std::string::npos);
  EXPECT_NE(error_of({"bench", "hv"}).find("nearest: hw"), std::string::npos);
}

TEST(BenchHw, JsonAndTextSayTheSame) {
  const Words asked = {"bench",     "hw",    "--what",       "atomics",       "--profile",
                       "arm64-soc", "--set", "atomic_ns=20", "--repetitions", "1"};
  const std::string text = out_of(asked);
  EXPECT_NE(text.find("Simulated on profile arm64-soc with atomic_ns=20"), std::string::npos);
  Words in_json = asked;
  in_json.insert(in_json.end(), {"--format", "json"});
  const auto json = nlohmann::json::parse(out_of(in_json));
  EXPECT_EQ(json.at("profile"), "arm64-soc");
  EXPECT_EQ(json.at("settings").at("atomic_ns"), "20");
  for (const auto& table : json.at("tables")) {
    EXPECT_NE(text.find(std::string(table.at("title")) + "\n"), std::string::npos);
    for (const auto& row : table.at("rows")) EXPECT_EQ(row.size(), 4u) << row;
  }
  EXPECT_EQ(text, out_of(asked)) << "the same asked twice is the same";
}

}  // namespace
}  // namespace poolrace::experiments
