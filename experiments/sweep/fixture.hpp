// SPDX-License-Identifier: MIT
// For tests of sweeps and stores: a simulation that takes no time, and a folder of its own a test.
#pragma once

#include <gtest/gtest.h>

#include <filesystem>
#include <string>
#include <vector>

#include "experiments/sweep/table.hpp"

namespace poolrace::experiments {

// A result that depends on variant, load, seed and run as a real one does, and on nothing else.
inline models::RunResult quick_run(const models::Parameters& p, const models::RunOptions& o) {
  const std::uint64_t dice = sim::fnv1a_64(o.variant + " " + std::to_string(p.load_pps) + " " +
                                           std::to_string(o.seed) + " " + std::to_string(o.run));
  models::RunResult r;
  r.exposure.fill(-1);
  r.exposure[0] = static_cast<double>(dice % 1000) * 1e-5;
  r.crashed = dice % 1'000'000 < static_cast<std::uint64_t>(p.load_pps);
  r.kinds[1] = {dice % 7, r.crashed, dice % 3, dice % 5};
  if (r.crashed) r.violations.push_back({});
  if (r.crashed) r.violations.back().harm = models::Harm::crash;
  r.fingerprint = dice;
  r.events = dice % 10'000;
  r.packets = dice % 300;
  r.guard = static_cast<Ps>(dice % 1'000'000'007);
  r.cpu_busy = 3 * r.guard;
  if (!r.crashed) r.teardown = static_cast<Ps>(dice % 1'000'000'000'000);
  r.destroy = static_cast<Ps>(dice % 1'000'000);
  return r;
}

class StudyTest : public testing::Test {
 protected:
  StudyTest() {
    const auto* test = testing::UnitTest::GetInstance()->current_test_info();
    folder_ = std::filesystem::path(testing::TempDir()) /
              ("sweep-" + std::string(test->name()) + "-" + std::to_string(::getpid()));
    std::filesystem::create_directories(folder_);
  }
  ~StudyTest() override { std::filesystem::remove_all(folder_); }

  std::string file(const std::string& name) const { return folder_ / name; }

  // Sixteen points, ten blocks each.
  static std::vector<std::string> words(const std::vector<std::string>& more = {}) {
    std::vector<std::string> out{"--vary",       "load_mpps=0.001:0.5:log10:8",
                                 "--variant",    "scan,xarray",
                                 "--runs",       "200",
                                 "--block-runs", "20",
                                 "--jobs",       "2"};
    out.insert(out.end(), more.begin(), more.end());
    return out;
  }
  static SweepOptions options(const std::vector<std::string>& all) {
    return sweep_options(sweep_line().parse(all));
  }
  // What was computed.
  static std::int64_t sweep(const std::vector<std::string>& all, const RunOne& one = quick_run) {
    Sweep sweep(options(all));
    EXPECT_EQ(sweep.run({}, one), 0);
    return sweep.blocks_added();
  }
  static std::string exported(const std::string& path) {
    Store store(path, Store::Mode::read);
    return csv_of(study_rows(store));
  }
  template <class Do>
  static std::string error_of(Do act) {
    try {
      act();
    } catch (const ConfigError& error) {
      return error.what();
    }
    return "";
  }

 private:
  std::filesystem::path folder_;
};

}  // namespace poolrace::experiments
