// SPDX-License-Identifier: MIT
#include "experiments/scenario/common_options.hpp"

#include <sched.h>

#include <algorithm>
#include <charconv>

#include "models/drawn.hpp"
#include "sim/errors.hpp"
#include "sim/settings/decimal.hpp"
#include "sim/settings/nearest.hpp"
#include "sim/trace.hpp"

namespace poolrace::experiments {
namespace {

constexpr int cpus_max = 1024;
constexpr std::int64_t ppm = 1'000'000;
constexpr Ps stall_max = 1000 * ps_per_s;

[[noreturn]] void fail(std::string_view where, const std::string& text) {
  throw ConfigError(std::string(where) + ": " + text);
}

std::string quoted(std::string_view text) {
  return "'" + std::string(text) + "'";
}

}  // namespace

std::vector<std::string> split_list(std::string_view text, std::string_view where) {
  std::vector<std::string> items;
  for (std::size_t at = 0; at <= text.size();) {
    const std::size_t end = std::min(text.find(',', at), text.size());
    const std::string item(text.substr(at, end - at));
    if (item.empty()) fail(where, quoted(text) + " has an empty item");
    if (std::find(items.begin(), items.end(), item) != items.end())
      fail(where, quoted(item) + " is listed twice");
    items.push_back(item);
    at = end + 1;
  }
  return items;
}

Setting split_setting(std::string_view text, std::string_view where) {
  const std::size_t equals = text.find('=');
  if (equals == std::string_view::npos || equals == 0)
    fail(where, quoted(text) + " is not NAME=VALUE");
  return {std::string(text.substr(0, equals)), std::string(text.substr(equals + 1))};
}

Stall parse_stall(std::string_view text, std::string_view where) {
  const std::size_t equals = text.rfind('=');
  if (equals == std::string_view::npos || equals == 0)
    fail(where, quoted(text) + " is not SITE=MICROSECONDS");
  const sim::Decimal duration = sim::parse_decimal(text.substr(equals + 1), ps_per_us);
  const bool fits = duration.error == sim::DecimalError::none && duration.value > 0 &&
                    duration.value <= stall_max;
  if (!fits)
    fail(where,
         quoted(text) + " needs microseconds behind '=' (allowed: 0.000001 to 1000000000 us)");
  return {std::string(text.substr(0, equals)), duration.value};
}

double parse_share(const std::string& text, std::string_view where) {
  const bool percent = !text.empty() && text.back() == '%';
  const std::int64_t scale = percent ? ppm / 100 : ppm;
  const sim::Decimal share =
      sim::parse_decimal(text.substr(0, text.size() - (percent ? 1 : 0)), scale);
  const bool fits = share.error == sim::DecimalError::none && 0 < share.value && share.value < ppm;
  if (!fits)
    throw ConfigError(std::string(where) + "=" + text +
                      " is no share (allowed: 0.0001% to 99.9999%, or 0.1)");
  return static_cast<double>(share.value) / ppm;
}

sim::GivenWord parse_word(std::string_view text, std::string_view where) {
  const auto number = [&](std::string_view digits, auto& value, int base) {
    const auto [end, error] =
        std::from_chars(digits.data(), digits.data() + digits.size(), value, base);
    return error == std::errc{} && end == digits.data() + digits.size();
  };
  const std::size_t equals = std::min(text.rfind('='), text.size());
  const std::string_view place = text.substr(0, equals);
  const std::size_t second = place.rfind('/');
  const std::size_t first = second == 0 ? place.npos : place.rfind('/', second - 1);
  sim::GivenWord word;
  const bool whole = equals < text.size() && second != place.npos && first != place.npos &&
                     number(place.substr(first + 1, second - first - 1), word.instance, 10) &&
                     number(place.substr(second + 1), word.index, 10) &&
                     number(text.substr(equals + 1), word.value, 16);
  if (!whole)
    fail(where, quoted(text) + " is no word; allowed: STREAM/INSTANCE/INDEX=HEX, e.g. " +
                    text_of(sim::GivenWord{models::drawn::hold_times, 0, 381, 0x9f}));
  word.stream = place.substr(0, first);
  std::vector<std::string> streams(models::drawn::all.begin(), models::drawn::all.end());
  streams.emplace_back(models::drawn::holds);
  sim::require_known(where, "stream", word.stream, streams);
  return word;
}

std::uint64_t parse_seed(std::string_view text, std::string_view where) {
  std::uint64_t seed = 0;
  bool fits = !text.empty();
  for (const char c : text)
    fits = fits && c >= '0' && c <= '9' && !__builtin_mul_overflow(seed, 10u, &seed) &&
           !__builtin_add_overflow(seed, static_cast<unsigned>(c - '0'), &seed);
  if (!fits) fail(where, quoted(text) + " is no seed (allowed: 0 to 18446744073709551615)");
  return seed;
}

std::string text_of(const Setting& setting) {
  return setting.name + "=" + setting.value;
}

std::string text_of(const Stall& stall) {
  return stall.site + "=" + sim::print_decimal(stall.duration, ps_per_us);
}

std::string text_of(const sim::GivenWord& word) {
  return word.stream + "/" + std::to_string(word.instance) + "/" + std::to_string(word.index) +
         "=" + sim::hex16(word.value);
}

int usable_cpus() {
  cpu_set_t set;
  CPU_ZERO(&set);
  if (::sched_getaffinity(0, sizeof set, &set) != 0) return 1;
  return std::clamp(CPU_COUNT(&set), 1, cpus_max);
}

}  // namespace poolrace::experiments
