// SPDX-License-Identifier: MIT
#include "experiments/rare/rare.hpp"

#include <cmath>

namespace poolrace::experiments {
namespace {

constexpr double surely = 0.998;  // that the weighed probability is not all

}  // namespace

std::int64_t Rare::hits() const {
  std::int64_t out = plain_hits;
  for (const RareChannel& c : channels) out += c.hits + c.outside;
  return out;
}

bool RareChannel::is_delay() const {
  return delay != no_delay && delay != no_delay_task;
}

bool Rare::by_plain_runs() const {
  if (plain_hits == 0) return false;
  if (plain_runs_do()) return true;
  const Interval counted = clopper_pearson(plain_hits, samples, surely);
  return weighed_probability() < counted.low || weighed_probability() > counted.high;
}

double Rare::a_packet(double probability) const {
  return -std::log1p(-probability) / packets;
}

double Rare::an_hour(double probability) const {
  return -std::log1p(-probability) / stretch_s * 3600;
}

double Rare::weighed_probability() const {
  double sum = 0;
  for (const RareChannel& c : channels) sum += c.weighed.mean();
  return sum;
}

double Rare::probability() const {
  return by_plain_runs() ? static_cast<double>(plain_hits) / static_cast<double>(samples)
                         : weighed_probability();
}

std::optional<Interval> Rare::interval() const {
  return by_plain_runs() ? clopper_pearson(plain_hits, samples) : weighed_interval();
}

// Channels share their plain runs; each draws for itself, so that what they share makes the sum's
// variance at most that of errors that go together: their sum.
double Rare::standard_error() const {
  double sum = 0;
  for (const RareChannel& c : channels) sum += c.weighed.standard_error();
  return sum;
}

std::optional<Interval> Rare::weighed_interval() const {
  double sum = 0, squares = 0;
  for (const RareChannel& c : channels) {
    if (c.outside > 0) return std::nullopt;
    sum += c.weighed.sum;
    squares += c.weighed.squares;
  }
  return interval_of(weighed_probability(), standard_error(),
                     squares > 0 ? sum * sum / squares : 0);
}

void check_rare(const RareRequest& request, const Resolved& resolved, const std::string& command) {
  const WantedHarm wanted(request.kind);
  if (resolved.tears_down()) return;
  const std::string where = "poolrace " + command + ": ", what = resolved.scenario;
  if (!wanted.corruption())
    throw ConfigError(where + what + " with teardown=none tears nothing down, and " + request.kind +
                      " needs that; give it another teardown, or name a scenario that has one" +
                      (command == "rare" ? ", or --kind corruption" : ""));
  if (request.ladder.replicas > 0)
    throw ConfigError(where + "--ladder is of teardowns, and " + what +
                      " with teardown=none has none");
}

}  // namespace poolrace::experiments
