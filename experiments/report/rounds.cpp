// SPDX-License-Identifier: MIT
#include "experiments/report/rounds.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <nlohmann/json.hpp>

#include "experiments/report/label_width.hpp"
#include "experiments/text/numbers.hpp"
#include "models/linux/variant.hpp"
#include "models/variants.hpp"

namespace poolrace::experiments {

namespace {

constexpr double never = std::numeric_limits<double>::infinity();

double in_seconds(Ps time) {
  return static_cast<double>(time) / static_cast<double>(ps_per_s);
}

std::string count(double rounds) {
  if (!std::isfinite(rounds)) return "∞";
  return rounds < 100 ? format("%.1f", rounds) : format("%.0f", rounds);
}

std::string time_of(double rounds, const models::Parameters& p) {
  const double s = rounds * in_seconds(p.round);
  if (!std::isfinite(s)) return "∞";
  if (s < 120) return format("%.0f s", s);
  return s < 7200 ? format("%.0f min", s / 60) : format("%.1f h", s / 3600);
}

std::string answer(const Campaign& c, const VariantSummary& v) {
  const auto& p = c.resolved.values();
  const Rounds r = rounds_to_first_crash(v);
  if (v.crashed == 0) return "later than " + count(r.low) + ", " + time_of(r.low, p);
  return count(r.mean) + " (" + count(r.low) + " – " + count(r.high) + "), " + time_of(r.mean, p) +
         " (" + time_of(r.low, p) + " – " + time_of(r.high, p) + ")";
}

}  // namespace

// The mean of a geometric law; its bounds are those of the probability, turned round.
Rounds rounds_to_first_crash(const VariantSummary& v) {
  const Interval p = clopper_pearson(v.crashed, v.runs);
  const auto over = [](double x) { return x > 0 ? 1 / x : never; };
  const double mean =
      v.crashed == 0 ? never : static_cast<double>(v.runs) / static_cast<double>(v.crashed);
  return {mean, over(p.high), over(p.low)};
}

std::optional<double> load_of_the_report(const Campaign& c, const VariantSummary& v) {
  const auto& p = c.resolved.values();
  if (p.reported_first_crash == 0 || p.round == 0 || p.reported_first_crash <= p.round)
    return std::nullopt;
  if (p.put_deferred_ppm > 0) return std::nullopt;  // lists fill and empty otherwise than the load
  // Where destroy leaves mappings, each page out when the driver goes is a hit; their number is
  // Poisson, and proportional to the load.
  const pool::VariantInfo& info = models::known_variant(v.variant).info();
  if (!info.order_known || info.destroy_unmaps || v.crashed == 0 || v.in_flight.at_unbind == 0)
    return std::nullopt;
  const double out = static_cast<double>(v.in_flight.at_unbind) / static_cast<double>(v.runs);
  const double chance = in_seconds(p.round) / in_seconds(p.reported_first_crash);
  return static_cast<double>(p.load_pps) * -std::log1p(-chance) / out;
}

std::string rounds_text(const Campaign& c) {
  const auto& p = c.resolved.values();
  if (p.round == 0) return "";
  const std::string round_s = models::parameter_table().print(p, "round_s");
  std::string out = "rounds and time to the first crash (95 %), a round every " + round_s +
                    " s (round_s, a choice):\n";
  const std::size_t width = label_width(c, 16) + 2;
  for (const VariantSummary& v : c.variants) {
    out += padded("  " + models::linux_tree::label_of(v.variant), width) + answer(c, v);
    if (const auto load = load_of_the_report(c, v))
      out += format("; as reported, after %.3g h, at load_mpps=%.2g (derived)",
                    in_seconds(p.reported_first_crash) / 3600, *load / 1e6);
    out += "\n";
  }
  if (p.reported_first_crash > 0 && p.put_deferred_ppm > 0)
    out +=
        "  (deferred lists fill otherwise than with the load: put_deferred_ppm=0 derives the load "
        "at which it would be as reported)\n";
  return out + "\n";
}

void add_rounds(nlohmann::ordered_json& result, const Campaign& c, const VariantSummary& v) {
  const auto& p = c.resolved.values();
  if (p.round == 0) return;
  const auto number = [](double x) {
    return std::isfinite(x) ? nlohmann::ordered_json(x) : nlohmann::ordered_json(nullptr);
  };
  const Rounds r = rounds_to_first_crash(v);
  const double hours = in_seconds(p.round) / 3600;
  result["first_crash"] = {
      {"round_s", in_seconds(p.round)},      {"rounds", number(r.mean)},
      {"rounds_low", number(r.low)},         {"rounds_high", number(r.high)},
      {"hours", number(r.mean * hours)},     {"hours_low", number(r.low * hours)},
      {"hours_high", number(r.high * hours)}};
  if (p.reported_first_crash > 0)
    result["first_crash"]["reported_hours"] = in_seconds(p.reported_first_crash) / 3600;
  if (const auto load = load_of_the_report(c, v))
    result["first_crash"]["derived_load_mpps"] = *load / 1e6;
}

}  // namespace poolrace::experiments
