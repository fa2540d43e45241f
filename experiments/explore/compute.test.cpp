// SPDX-License-Identifier: MIT
// Verdicts cross the processes whole and in order; a worker that ends badly is one clear error.
#include "experiments/explore/compute.hpp"

#include <gtest/gtest.h>
#include <stdlib.h>

#include <nlohmann/json.hpp>

#include "experiments/explore/verdict_record.hpp"
#include "experiments/explore/verdicts.hpp"
#include "models/explore/explorer.hpp"
#include "sim/errors.hpp"

namespace poolrace::experiments {
namespace {

const models::ExploreOptions few{.executions_max = 200};

std::vector<models::ExploreTask> tasks() {
  std::vector<models::ExploreTask> out;
  for (const char* variant : {"scan", "xarray-fixed", "baseline"})
    for (const models::ExploreConfig& config : {models::ExploreConfig{}, {.coherent = true}})
      out.push_back({&models::find_program("destroy-vs-put-softirq"), variant, config});
  return out;
}

// All of it but the time that it took.
std::string told(const models::Verdict& verdict) {
  nlohmann::ordered_json json = verdict_json(verdict);
  json.erase("executions_per_second");
  return json.dump();
}

TEST(Verdicts, AreInTheOrderOfTheTasksWhateverTheJobs) {
  for (const int jobs : {1, 2, 5}) {
    const Verdicts found = compute_verdicts(tasks(), few, jobs);
    EXPECT_EQ(found.interrupted, 0);
    ASSERT_EQ(found.verdicts.size(), tasks().size());
    for (std::size_t i = 0; i < tasks().size(); ++i)
      EXPECT_EQ(told(found.verdicts[i]), told(models::explore(tasks()[i], few))) << i;
  }
}

TEST(Verdicts, ComeOutOfARecordAsTheyWentIn) {
  const models::ExploreOptions options{
      .strategy = models::Strategy::pct, .executions_max = 300, .depth = 2};
  const models::ExploreTask task = tasks()[0];
  const models::Verdict verdict = models::explore(task, options);
  ASSERT_TRUE(verdict.violated());
  const models::Verdict out = unpack_verdict(pack_verdict(verdict), task, options);
  EXPECT_EQ(verdict_json(out), verdict_json(verdict));
  EXPECT_EQ(verdict_text(out), verdict_text(verdict));
  for (std::size_t kind = 0; kind < models::kind_count; ++kind) {
    ASSERT_EQ(out.found[kind].has_value(), verdict.found[kind].has_value());
    if (!out.found[kind]) continue;
    EXPECT_EQ(out.found[kind]->violation.context, verdict.found[kind]->violation.context);
    EXPECT_EQ(out.found[kind]->violation.at, verdict.found[kind]->violation.at);
    EXPECT_EQ(out.found[kind]->violation.frame, verdict.found[kind]->violation.frame);
  }
}

void compute_all(const std::vector<models::ExploreTask>& of) {
  const Verdicts out = compute_verdicts(of, few, 2);
  if (out.failure) std::rethrow_exception(out.failure);
}

TEST(Verdicts, ADeadWorkerNamesItsTaskAndHowToSeeItAgain) {
  ASSERT_EQ(setenv("POOLRACE_TEST_CRASH", "abort@3", 1), 0);
  std::string error;
  try {
    compute_all(tasks());
  } catch (const InternalError& e) {
    error = e.what();
  }
  unsetenv("POOLRACE_TEST_CRASH");
  EXPECT_EQ(error.find("destroy-vs-put-softirq under xarray-fixed: its worker process was killed"),
            0U)
      << error;
  const std::string line =
      "; reproduce: poolrace explore --program destroy-vs-put-softirq "
      "--variant xarray-fixed --set iommu=strict --set coherent=true";
  EXPECT_NE(error.find(line), std::string::npos) << error;
}

TEST(Verdicts, AnErrorInAWorkerKeepsItsKind) {
  std::vector<models::ExploreTask> wrong = tasks();
  wrong[2].config = {.iommu = models::IommuMode::lazy, .swiotlb = true};
  EXPECT_THROW(compute_all(wrong), ConfigError);
}

}  // namespace
}  // namespace poolrace::experiments
