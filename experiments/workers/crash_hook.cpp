// SPDX-License-Identifier: MIT
#include "experiments/workers/crash_hook.hpp"

#include <sys/resource.h>

#include <cstdlib>
#include <list>
#include <vector>

#include "sim/errors.hpp"

namespace poolrace::experiments {

namespace {

void write_to_null() {
  volatile int* volatile nowhere = nullptr;
  *nowhere = 1;
}

void use_up_memory() {
  constexpr rlim_t address_space = rlim_t{64} << 20;
  constexpr std::size_t piece = std::size_t{1} << 20;
  rlimit limit = {};
  ::getrlimit(RLIMIT_AS, &limit);
  limit.rlim_cur = address_space;
  ::setrlimit(RLIMIT_AS, &limit);
  std::list<std::vector<char>> pieces;
  for (;;) pieces.emplace_back(piece, 'x');
}

}  // namespace

void crash_on_request(std::int64_t run, const std::string& variant) {
  const char* wanted = std::getenv("POOLRACE_TEST_CRASH");
  if (wanted == nullptr) return;
  std::string text(wanted);
  const std::string at = "@" + std::to_string(run);
  if (const auto colon = text.find(':'); colon != std::string::npos) {
    if (text.substr(colon + 1) != variant) return;
    text.resize(colon);
  }
  if (text == "abort" + at) std::abort();
  if (text == "segfault" + at) write_to_null();
  if (text == "memory" + at) use_up_memory();
  const std::string way = text.substr(0, text.find('@'));
  if (way != "abort" && way != "segfault" && way != "memory")
    throw ConfigError("POOLRACE_TEST_CRASH=" + text +
                      " is not WAY@RUN (allowed ways: abort, segfault, memory)");
}

}  // namespace poolrace::experiments
