// SPDX-License-Identifier: MIT
#include "experiments/trace/recording.hpp"

#include "experiments/scenario/replay_string.hpp"
#include "sim/errors.hpp"

namespace poolrace::experiments {

namespace {

constexpr std::size_t steps_max = 4'000'000;  // 160 MB of them

std::optional<models::Violation> worst_first(const models::RunResult& result) {
  for (const models::Violation& v : result.violations)
    if (v.harm == models::Harm::crash) return v;
  for (const models::Violation& v : result.violations)
    if (v.harm != models::Harm::none) return v;
  if (result.violations.empty()) return std::nullopt;
  return result.violations.front();
}

// The run again, what falls into the window kept.
void watch(const RunChoice& choice, models::RunOptions& options, Recording& out) {
  models::Recorder recorder(out.from, out.to);
  options.watcher = &recorder;
  options.keep_records = steps_max;
  options.keep_from = out.from;
  options.keep_to = out.to;
  out.result = models::run_machine(choice.resolved.values(), options);
  options.watcher = nullptr;
  out.seen = recorder.take();
}

}  // namespace

Recording record_run(const RunChoice& choice, const WindowChoice& window) {
  const std::string& variant = choice.resolved.variants.front();
  models::RunOptions options = run_options(choice.options, variant, choice.run);
  Recording out;
  out.variant = variant;
  out.scenario = choice.resolved.scenario;
  out.profile = choice.resolved.profile;
  out.replay = replay_string(choice.resolved, choice.options, variant, choice.run);

  options.keep_records = 1;
  const models::RunResult scouted = models::run_machine(choice.resolved.values(), options);
  out.violation = worst_first(scouted);
  if (!out.violation && !window.all && !window.asked)
    throw ConfigError(
        "poolrace trace: no violation in run " + std::to_string(choice.run) + " of " + variant +
        " on " + out.scenario +
        "; --all traces the whole run, --window-us N its last N microseconds of steps");
  const Ps last_step = scouted.records.empty() ? scouted.simulated : scouted.records.back().at;
  out.to = window.all ? scouted.simulated : out.violation ? out.violation->at : last_step;
  out.from = window.all ? 0 : std::max<Ps>(0, out.to - window.length);

  watch(choice, options, out);
  if (out.result.records.empty() && !window.asked) {
    // Nothing ran so long before a stall was noticed: from the last step on.
    options.keep_records = 1;
    options.keep_from = 0;
    const auto before = models::run_machine(choice.resolved.values(), options).records;
    if (!before.empty()) out.from = std::max<Ps>(0, before.back().at - window.length);
    watch(choice, options, out);
  }
  check(out.result.fingerprint == scouted.fingerprint, "a watched run is the same run");
  return out;
}

}  // namespace poolrace::experiments
