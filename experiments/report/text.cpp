// SPDX-License-Identifier: MIT
#include "experiments/report/text.hpp"

#include <cmath>

#include "experiments/report/in_flight.hpp"
#include "experiments/report/label_width.hpp"
#include "experiments/report/rounds.hpp"
#include "experiments/runs/paired.hpp"
#include "experiments/scenario/replay_string.hpp"
#include "experiments/text/numbers.hpp"
#include "models/assembly.hpp"
#include "models/linux/variant.hpp"

namespace poolrace::experiments {

using models::linux_tree::label_of;

namespace {

// Quantiles speak of the teardowns that came to their end.
std::string survivors(const VariantSummary& v) {
  const auto n = std::ssize(teardown_times_ns(v.rows));
  return n == v.runs || n == 0 ? "" : format(" (%lld of them)", static_cast<long long>(n));
}

std::string chances(const Campaign& c) {
  if (!c.resolved.tears_down()) return "";
  std::string out = padded("variant", label_width(c)) + padded("teardowns that crash (95 %)", 34) +
                    padded("that corrupt silently", 24) + padded("teardown, median", 22) +
                    padded("p99", 10) + "in grace periods\n";
  for (const VariantSummary& v : c.variants) {
    const std::vector<std::int64_t> times = teardown_times_ns(v.rows);
    const double share = v.teardown_total_us > 0 ? v.grace_us / v.teardown_total_us : 0;
    out += padded(label_of(v.variant), label_width(c)) + padded(chance(v.crashed, v.runs), 34) +
           padded(v.corrupted == 0 ? "none"
                                   : format("%lld of %lld", static_cast<long long>(v.corrupted),
                                            static_cast<long long>(v.runs)),
                  24) +
           padded(duration(median(times)) + survivors(v), 22) + padded(duration(p99(times)), 10) +
           (times.empty() ? "—" : percent(share)) + "\n";
  }
  return out + "\n";
}

std::string costs(const Campaign& c) {
  if (c.resolved.tears_down())
    return "what the guard costs a packet: " +
           shell_text({"poolrace", "compare", "steady", "--profile", c.resolved.profile}) + "\n\n";
  std::string out = padded("variant", label_width(c)) + padded("sync / packet", 16) +
                    padded("guard / packet", 16) + padded("CPU / packet", 16) + "more than " +
                    label_of(c.variants.front().variant) + ", paired (95 %)\n";
  for (const VariantSummary& v : c.variants) {
    const auto cost = [&](const char* pattern, double ns) {  // of no packet, none
      return padded(v.packets == 0 ? "—" : format(pattern, ns / static_cast<double>(v.packets)),
                    16);
    };
    out += padded(label_of(v.variant), label_width(c)) + cost("%.1f ns", v.sync_ns) +
           cost("%.1f ns", v.guard_ns) + cost("%.0f ns", v.cpu_ns) + delta_text(c, v) + "\n";
  }
  return out + "\n";
}

std::string kinds(const Campaign& c) {
  std::string out;
  for (const VariantSummary& v : c.variants)
    for (std::size_t i = 0; i < models::kind_count; ++i) {
      const KindSummary& k = v.kinds[i];
      if (k.misuse_runs == 0) continue;
      const bool puts = k.put_before_unmap + k.put_after_unmap > 0;
      const std::string expected =
          k.has_estimate() ? percent(exposure_estimate(k.exposures).value) : "—";
      out += padded(label_of(v.variant), label_width(c)) + padded(models::kind_table[i].name, 24) +
             padded(format("%lld", static_cast<long long>(k.misuse_runs)), 8) +
             padded(format("%lld", static_cast<long long>(k.harm_runs)), 8) +
             (puts ? padded(expected, 10) : expected);
      if (puts)
        out += format("put began before the unmap %lld, after %lld",
                      static_cast<long long>(k.put_before_unmap),
                      static_cast<long long>(k.put_after_unmap));
      out += "\n";
    }
  if (out.empty()) return "what broke: nothing in these runs\n\n";
  return padded("what broke", label_width(c)) + padded("kind", 24) + padded("misuse", 8) +
         padded("harm", 8) + "expected\n" + out + "\n";
}

// Whoever is still out could have come to harm later.
std::string cut_short(const Campaign& c) {
  std::string out;
  for (const VariantSummary& v : c.variants) {
    if (v.cut_short == 0) continue;
    out += label_of(v.variant) + format(": %lld of %lld runs, %llu at the most\n",
                                        static_cast<long long>(v.cut_short),
                                        static_cast<long long>(v.runs),
                                        static_cast<unsigned long long>(v.most_still_out));
  }
  if (out.empty()) return out;
  const double seconds = static_cast<double>(models::horizon_of(c.resolved.values())) / ps_per_s;
  return format("ended %g s after the teardown (horizon_s) with pages still out:\n", seconds) +
         out + "\n";
}

std::string replays(const Campaign& c) {
  std::string out;
  for (const VariantSummary& v : c.variants) {
    if (v.first_harm.run < 0) continue;
    const models::Violation& x = v.first_harm.violation;
    out += label_of(v.variant) + ": " + models::kind_info(x.kind).name + " in " + x.context +
           (x.ended_by.empty() ? "" : ", after: " + x.ended_by) + "\n  " +
           shell_text({"poolrace", "replay",
                       replay_string(c.resolved, c.options, v.variant, v.first_harm.run)}) +
           "\n";
  }
  return out.empty() ? out : "the first harm of each, step by step:\n" + out + "\n";
}

}  // namespace

std::string text_table(const Campaign& c) {
  const auto& table = models::parameter_table();
  const auto& p = c.resolved.values();
  std::uint64_t events = 0, packets = 0;
  for (const VariantSummary& v : c.variants) {
    events += v.events;
    packets += v.all_packets;
  }
  std::string out = c.resolved.scenario + " on " + c.resolved.profile + ": " +
                    std::to_string(c.runs_done) + " runs a variant, seed " +
                    std::to_string(c.options.seed) + "; load " + load_text(p) + ", iommu " +
                    table.print(p, "iommu") + (p.coherent ? ", coherent" : ", non-coherent") +
                    ", preempt " + table.print(p, "preempt") + "\n\n";
  out += chances(c) + rounds_text(c) + in_flight_text(c) + costs(c) + kinds(c) + cut_short(c) +
         replays(c);
  return out + format("simulated in %.1f s: %.0f ns an event, %.0f packets a second\n",
                      c.wall_seconds,
                      events == 0 ? 0.0 : c.wall_seconds * 1e9 / static_cast<double>(events),
                      c.wall_seconds == 0 ? 0.0 : static_cast<double>(packets) / c.wall_seconds);
}

std::string load_text(const models::Parameters& p) {
  const double mpps = models::mean_load_pps(p) / 1e6;
  return p.traffic == models::TrafficKind::trace
             ? format("%.6g Mpps (the trace's own)", mpps)
             : models::parameter_table().print(p, "load_mpps") + " Mpps";
}

std::string delta_text(const Campaign& c, const VariantSummary& v) {
  if (&v == &c.variants.front()) return "—";
  const Estimate d = paired(v.rows, c.variants.front().rows).cpu_ns_per_packet;
  if (!std::isfinite(d.low)) return v.packets == 0 ? "no packets" : "too few runs";
  return format("%+.0f ns (%+.0f … %+.0f)", d.value, d.low, d.high);
}

}  // namespace poolrace::experiments
