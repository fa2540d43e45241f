// SPDX-License-Identifier: MIT
#include "experiments/report/in_flight.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "experiments/report/label_width.hpp"
#include "experiments/text/numbers.hpp"
#include "models/ids.hpp"
#include "models/linux/variant.hpp"

namespace poolrace::experiments {

using nlohmann::ordered_json;

namespace {

// "4216" or, if the 99th percentile is another, "4216 (4390)"; "—" where no run got.
std::string median_p99(const std::vector<std::int64_t>& pages) {
  if (pages.empty()) return "—";
  const std::int64_t mid = *median(pages), high = *p99(pages);
  return std::to_string(mid) + (mid == high ? "" : " (" + std::to_string(high) + ")");
}

// "16.5 MiB"
std::string memory(std::int64_t pages) {
  const double kib = static_cast<double>(pages) * models::page_bytes / 1024;
  if (kib < 1024) return format("%.0f KiB", kib);
  return kib < 1024 * 1024 ? format("%.1f MiB", kib / 1024)
                           : format("%.1f GiB", kib / (1024 * 1024));
}

std::string age_text(std::int64_t age_s) {
  const auto count = [age_s](std::int64_t unit, const char* name) {
    return std::to_string(age_s / unit) + " " + name;
  };
  if (age_s % 86'400 == 0) return count(86'400, "d");
  if (age_s % 3600 == 0) return count(3600, "h");
  return age_s >= 120 && age_s % 60 == 0 ? count(60, "min") : count(1, "s");
}

// What a table shows of the ages: up to where no variant has a page left, and few of them.
std::vector<std::size_t> ages_shown(const Campaign& c) {
  std::vector<std::size_t> out;
  for (std::size_t i = 0; i < models::in_flight_ages; ++i) {
    const std::int64_t age = models::in_flight_ages_s[i];
    const bool any = std::any_of(c.variants.begin(), c.variants.end(), [i](const auto& v) {
      const auto& pages = v.in_flight.after[i];
      return !pages.empty() && *p99(pages) > 0;
    });
    if (!any) return out;
    if (age == 1 || age == 10 || age == 60 || age == 600 || age == 3600 || age % 86'400 == 0)
      out.push_back(i);
  }
  return out;
}

// The line that people report, as the run printed it last that warned longest.
std::string warned(const InFlightSummary& s) {
  if (!s.first_warning_s) return "none";
  return std::to_string(*median(s.warnings)) + " a run, first after " +
         std::to_string(*s.first_warning_s) + " s, last \"" +
         std::to_string(s.longest.last_inflight) + " inflight " +
         std::to_string(s.longest.last_age_s) + " sec\"";
}

std::string dropped(const VariantSummary& v) {
  const auto line = [&](std::uint64_t lost, std::uint64_t of, const char* where) {
    return lost == 0 ? std::string()
                     : format("%s: %llu of %llu frames dropped%s\n",
                              models::linux_tree::label_of(v.variant).c_str(),
                              static_cast<unsigned long long>(lost),
                              static_cast<unsigned long long>(of), where);
  };
  return line(v.dropped, v.dropped + v.all_packets, "") +
         line(v.socket_drops, v.all_packets, " at a full receive buffer");
}

ordered_json quantiles_json(const std::vector<std::int64_t>& pages) {
  if (pages.empty()) return nullptr;
  return {{"median", *median(pages)}, {"p99", *p99(pages)}, {"runs", pages.size()}};
}

}  // namespace

std::string in_flight_text(const Campaign& c) {
  std::string notes;
  for (const VariantSummary& v : c.variants) notes += dropped(v);
  if (!c.resolved.tears_down()) return notes.empty() ? "" : notes + "\n";
  const std::size_t width = label_width(c, 26);
  const auto ages = ages_shown(c);
  std::string out = padded("pages in flight (p99)", width) + padded("at start", 14) +
                    padded("at destroy", 14) + padded("that is", 12);
  for (const std::size_t i : ages)
    out += padded("after " + age_text(models::in_flight_ages_s[i]), 14);
  out += "\"stalled pool shutdown\"\n";
  for (const VariantSummary& v : c.variants) {
    const InFlightSummary& s = v.in_flight;
    out += padded(models::linux_tree::label_of(v.variant), width) +
           padded(median_p99(s.at_start), 14) + padded(median_p99(s.at_destroy), 14) +
           padded(s.at_destroy.empty() ? "—" : memory(*median(s.at_destroy)), 12);
    for (const std::size_t i : ages) out += padded(median_p99(s.after[i]), 14);
    out += warned(s) + "\n";
  }
  return out + notes + "\n";
}

void add_in_flight(ordered_json& result, const VariantSummary& v) {
  const InFlightSummary& s = v.in_flight;
  ordered_json after = ordered_json::array();
  for (std::size_t i = 0; i < models::in_flight_ages && !s.after[i].empty(); ++i) {
    ordered_json point = {{"after_s", models::in_flight_ages_s[i]}};
    point.update(quantiles_json(s.after[i]));
    after.push_back(point);
  }
  result["in_flight"] = {
      {"at_start", quantiles_json(s.at_start)},
      {"at_destroy", quantiles_json(s.at_destroy)},
      {"after_destroy", after},
      {"at_end", quantiles_json(s.at_end)},
      {"memory_at_destroy_bytes", s.at_destroy.empty()
                                      ? ordered_json(nullptr)
                                      : ordered_json(*median(s.at_destroy) * models::page_bytes)}};
  const auto or_null = [](bool known, std::int64_t value) {
    return known ? ordered_json(value) : ordered_json(nullptr);
  };
  const bool any = s.first_warning_s.has_value();
  result["stall_warnings"] = {{"median", s.warnings.empty() ? 0 : *median(s.warnings)},
                              {"first_after_s", or_null(any, s.first_warning_s.value_or(0))},
                              {"last_inflight", or_null(any, s.longest.last_inflight)},
                              {"last_age_s", or_null(any, s.longest.last_age_s)}};
  result["pool_counters"] = ordered_json::object();
  for (std::size_t i = 0; i < s.pool_counters.size(); ++i)
    result["pool_counters"][pool_counter_name(i)] = s.pool_counters[i];
}

std::string in_flight_csv_head() {
  std::string out = ",in_flight_at_start,in_flight_at_destroy,stall_warnings,dropped,socket_drops";
  for (std::size_t i = 0; i < InFlightSummary{}.pool_counters.size(); ++i)
    out += std::string(",") + pool_counter_name(i);
  return out;
}

std::vector<std::string> in_flight_csv(const VariantSummary& v) {
  const InFlightSummary& s = v.in_flight;
  std::vector<std::string> out;
  for (const auto* pages : {&s.at_start, &s.at_destroy, &s.warnings})
    out.push_back(pages->empty() ? std::string() : std::to_string(*median(*pages)));
  out.push_back(std::to_string(v.dropped));
  out.push_back(std::to_string(v.socket_drops));
  for (const std::uint64_t count : s.pool_counters) out.push_back(std::to_string(count));
  return out;
}

}  // namespace poolrace::experiments
