// SPDX-License-Identifier: MIT
#include "experiments/text/numbers.hpp"

#include <algorithm>

namespace poolrace::experiments {

std::string percent(double p) {
  const double q = p * 100;
  if (q == 0) return "0 %";
  return format(q < 0.1 ? "%.3f %%" : q < 10 || q > 99 ? "%.2f %%" : "%.1f %%", q);
}

std::string duration(std::optional<std::int64_t> ns) {
  if (!ns) return "—";
  const double us = static_cast<double>(*ns) / 1000;
  if (us >= 1e6) return format("%.1f s", us / 1e6);
  return us < 1000 ? format("%.0f us", us) : format("%.1f ms", us / 1000);
}

std::string chance(std::int64_t hits, std::int64_t runs) {
  return runs == 0 ? "no runs" : chance(hits, runs, clopper_pearson(hits, runs));
}

std::string chance(std::int64_t hits, std::int64_t runs, const Interval& interval) {
  if (runs == 0) return "no runs";
  if (hits == 0) return "none (< " + percent(interval.high) + ")";
  return percent(static_cast<double>(hits) / static_cast<double>(runs)) + " (" +
         percent(interval.low) + " – " + percent(interval.high) + ")";
}

std::size_t columns_of(const std::string& text) {
  return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), [](char c) {
    return (static_cast<unsigned char>(c) & 0xC0) != 0x80;
  }));
}

std::string padded(const std::string& text, std::size_t columns) {
  const std::size_t taken = columns_of(text);
  return text + std::string(taken < columns ? columns - taken : 1, ' ');
}

}  // namespace poolrace::experiments
