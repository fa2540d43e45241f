// SPDX-License-Identifier: MIT
#include "experiments/runs/by_run.hpp"

#include <utility>

#include "experiments/text/numbers.hpp"
#include "sim/trace.hpp"

namespace poolrace::experiments {
namespace {

std::string word(bool flag) {
  return flag ? "true" : "false";
}

std::string us(std::int64_t ns) {
  return ns < 0 ? "" : format("%.15g", static_cast<double>(ns) / 1000);  // to the ns
}

std::string kinds_of(std::uint32_t set) {
  std::string out;
  for (std::size_t i = 0; i < models::kind_count; ++i)
    if ((set >> i & 1U) != 0)
      out += (out.empty() ? "" : "; ") + std::string(models::kind_table[i].name);
  return out;
}

std::string a_packet(std::int64_t ps, std::int64_t packets) {
  if (packets == 0) return "";
  return format("%.9g", static_cast<double>(ps) / ps_per_ns / static_cast<double>(packets));
}

std::vector<std::pair<const char*, std::string>> cells(std::int64_t run, const RunRow& row) {
  return {
      {"run", std::to_string(run)},
      {"crashed", word(row.crashed)},
      {"corrupted", word(row.corrupted)},
      {"leaked", word(row.leaked)},
      {"stalled", word(row.stalled)},
      {"misuse_kinds", kinds_of(row.misuse)},
      {"harm_kinds", kinds_of(row.harm)},
      {"first_harm_kind", row.first_harm_kind < 0 ? "" : kinds_of(1U << row.first_harm_kind)},
      {"first_harm_us", us(row.first_harm_ns)},
      {"teardown_us", us(row.teardown_ns)},
      {"destroy_us", us(row.destroy_ns)},
      {"grace_us", row.teardown_ns < 0 ? "" : us(row.grace_ns)},
      {"in_flight_at_start", std::to_string(row.in_flight_at_start)},
      {"in_flight_at_destroy", std::to_string(row.in_flight_at_destroy)},
      {"still_out", std::to_string(row.still_out)},
      {"measured_packets", std::to_string(row.packets)},
      {"sync_ns_per_packet", a_packet(row.sync_ps, row.packets)},
      {"guard_ns_per_packet", a_packet(row.guard_ps, row.packets)},
      {"cpu_ns_per_packet", a_packet(row.cpu_ps, row.packets)},
      {"fingerprint", sim::hex16(row.fingerprint)},
  };
}

}  // namespace

std::vector<std::string> run_columns() {
  std::vector<std::string> out;
  for (const auto& [name, text] : cells(0, {})) out.emplace_back(name);
  return out;
}

std::vector<std::string> run_cells(std::int64_t run, const RunRow& row) {
  std::vector<std::string> out;
  for (auto& [name, text] : cells(run, row)) out.push_back(std::move(text));
  return out;
}

}  // namespace poolrace::experiments
