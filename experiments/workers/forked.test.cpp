// SPDX-License-Identifier: MIT
// Work in child processes: results in order, and every way a child can fail is one clear error.
#include "experiments/workers/forked.hpp"

#include <gtest/gtest.h>
#include <signal.h>
#include <sys/resource.h>

#include "sim/errors.hpp"

namespace poolrace::experiments {
namespace {

template <class Error>
std::string error_of(const std::function<std::string(std::size_t)>& work) {
  try {
    in_processes(6, 2, work);
  } catch (const Error& error) {
    return error.what();
  }
  return "";
}

TEST(Forked, ResultsComeInTheOrderOfThePieces) {
  for (const int jobs : {1, 2, 5, 9}) {
    const auto lines = in_processes(7, jobs, [](std::size_t i) { return std::to_string(i * i); });
    ASSERT_EQ(lines.size(), 7U);
    for (std::size_t i = 0; i < lines.size(); ++i) EXPECT_EQ(lines[i], std::to_string(i * i));
  }
}

TEST(Forked, AnExceptionKeepsItsKindAndText) {
  const auto throws = [](const auto& error) {
    return [error](std::size_t i) -> std::string {
      if (i == 3) throw error;
      return "fine";
    };
  };
  EXPECT_EQ(error_of<ConfigError>(throws(ConfigError("no such thing"))), "no such thing");
  EXPECT_EQ(error_of<InternalError>(throws(InternalError("cannot be"))), "cannot be");
}

TEST(Forked, AWorkerThatDiesIsAnError) {
  const std::string error = error_of<InternalError>([](std::size_t i) -> std::string {
    if (i == 4) raise(SIGKILL);
    return "fine";
  });
  EXPECT_NE(error.find("signal 9"), std::string::npos) << error;
}

// What was cut short looks like a result.
TEST(Forked, AWorkerThatCannotWriteIsAnError) {
  const std::string error = error_of<InternalError>([](std::size_t i) {
    const rlimit small{4096, 4096};
    signal(SIGXFSZ, SIG_IGN);
    if (i == 5) setrlimit(RLIMIT_FSIZE, &small);
    return std::string(10'000, 'x');
  });
  EXPECT_NE(error.find("could not write"), std::string::npos) << error;
}

}  // namespace
}  // namespace poolrace::experiments
