// SPDX-License-Identifier: MIT
// The hook ends its process in the way and at the run that were asked for, and else does nothing.
#include "experiments/workers/crash_hook.hpp"

#include <gtest/gtest.h>
#include <stdlib.h>

#include <new>

#include "sim/errors.hpp"

namespace poolrace::experiments {
namespace {

class CrashHookDeath : public testing::Test {
 protected:
  void SetUp() override { GTEST_FLAG_SET(death_test_style, "threadsafe"); }
  void TearDown() override { ::unsetenv("POOLRACE_TEST_CRASH"); }
  void ask(const char* text) { ::setenv("POOLRACE_TEST_CRASH", text, 1); }
};

TEST_F(CrashHookDeath, NobodyAskedOrAnotherRun) {
  crash_on_request(3);
  ask("abort@33");
  crash_on_request(3);
}

TEST_F(CrashHookDeath, EndsTheRunThatWasAskedFor) {
  ask("abort@3");
  EXPECT_EXIT(crash_on_request(3), testing::KilledBySignal(SIGABRT), "");
  ask("segfault@3");
  EXPECT_EXIT(crash_on_request(3), testing::KilledBySignal(SIGSEGV), "");
}

TEST_F(CrashHookDeath, ASlipOfThePenIsAnError) {
  ask("abrot@3");
  EXPECT_THROW(crash_on_request(3), ConfigError);
}

}  // namespace
}  // namespace poolrace::experiments
