// SPDX-License-Identifier: MIT
// For tests: what `poolrace WORDS…` says and how it ends, in this process.
#pragma once

#include <gtest/gtest.h>

#include <iostream>
#include <string>
#include <vector>

#include "experiments/commands/commands.hpp"

namespace poolrace::experiments {

struct Said {
  int status;
  std::string out, err;
};

inline Said said(const std::vector<std::string>& words) {
  testing::internal::CaptureStdout();
  testing::internal::CaptureStderr();
  const int status = main_of(words);
  std::cout.flush();
  return {status, testing::internal::GetCapturedStdout(), testing::internal::GetCapturedStderr()};
}

}  // namespace poolrace::experiments
