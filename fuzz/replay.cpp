// SPDX-License-Identifier: MIT
#include "experiments/scenario/replay_string.hpp"
#include "experiments/scenario/version.hpp"
#include "fuzz/fuzz.hpp"
#include "models/explore/schedule_string.hpp"

namespace {

using namespace poolrace;

void read_schedule(const std::string& text) {
  const models::ScheduledTask read = models::parse_schedule_string(text);
  const std::string again = models::schedule_string(read.task, read.schedule, read.version);
  const models::ScheduledTask back = models::parse_schedule_string(again);
  fuzz::require(back.schedule == read.schedule && back.task.config == read.task.config,
                "a schedule that is written again reads the same");
}

void read_run(const std::string& text) {
  experiments::ReplayedRun read = experiments::parse_replay(text);
  experiments::Resolved resolved;
  resolved.scenario = read.options.scenario;
  resolved.profile = read.options.profile;
  resolved.files = read.files;
  const experiments::ReplayedRun back = experiments::parse_replay(
      experiments::replay_string(resolved, read.options, read.options.variants.front(), read.run));
  fuzz::require(back.options == read.options && back.run == read.run,
                "a run that is written again reads the same");
}

}  // namespace

// What follows the version: a fuzzer would hardly find that.
int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  return fuzz::one_input(data, size, [](const std::string& bytes) {
    const std::string text = std::string("poolrace/") + experiments::version() + ";" + bytes;
    (models::is_schedule(text) ? read_schedule : read_run)(text);
  });
}
