// SPDX-License-Identifier: MIT
// `poolrace sweep`'s words become SweepOptions.
#include <algorithm>
#include <array>

#include "experiments/commands/commands.hpp"
#include "experiments/sweep/sweep.hpp"
#include "sim/settings/decimal.hpp"

namespace poolrace::experiments {
namespace {

constexpr std::int64_t ppm = 1'000'000;
constexpr std::int64_t block_runs_max = 100'000;

// "10%" or "0.1", above 0 and below 1.
double parse_share(const std::string& text, const std::string& where) {
  const bool percent = !text.empty() && text.back() == '%';
  const std::int64_t scale = percent ? ppm / 100 : ppm;
  const sim::Decimal share =
      sim::parse_decimal(text.substr(0, text.size() - (percent ? 1 : 0)), scale);
  const bool fits = share.error == sim::DecimalError::none && 0 < share.value && share.value < ppm;
  if (!fits)
    throw ConfigError(where + "=" + text + " is no share (allowed: 0.0001% to 99.9999%, or 0.1)");
  return static_cast<double>(share.value) / ppm;
}

// "2/8": the second of eight.
Shard parse_shard(const std::string& text, const std::string& where) {
  const std::size_t slash = text.find('/');
  std::array<sim::Decimal, 2> parts{};
  if (slash != std::string::npos)
    parts = {sim::parse_decimal(text.substr(0, slash), 1),
             sim::parse_decimal(text.substr(slash + 1), 1)};
  const bool fits = slash != std::string::npos && parts[0].error == sim::DecimalError::none &&
                    parts[1].error == sim::DecimalError::none && 1 <= parts[0].value &&
                    parts[0].value <= parts[1].value;
  if (!fits) throw ConfigError(where + "=" + text + " is no shard (allowed: 1/N to N/N)");
  return {parts[0].value - 1, parts[1].value};
}

bool varied(const SweepOptions& options, const std::string& name) {
  const auto& values = options.points.front().values;
  return std::any_of(values.begin(), values.end(),
                     [&](const Setting& s) { return s.name == name; });
}

// What is both set and varied would be one or the other by luck.
void check_set_once(const SweepOptions& options, const std::string& where) {
  std::vector<std::string> set;
  for (const Setting& s : options.common.settings) set.push_back(s.name);
  if (!options.common.variants.empty()) set.emplace_back("variant");
  if (!options.common.profile.empty()) set.emplace_back("profile");
  for (const std::string& name : set)
    if (varied(options, name))
      throw ConfigError(where + ": '" + name + "' is both set and varied; do one of the two");
}

std::vector<Point> parse_points(const ParsedLine& line) {
  std::vector<Axis> axes;
  for (const std::string& text : line.all("vary"))
    axes.push_back(parse_vary(text, line.where() + ": --vary"));
  std::vector<Point> rows;
  if (const auto file = line.get("points")) rows = read_points(*file, line.where() + ": --points");
  return product(rows, axes, line.where() + ": --vary");
}

}  // namespace

SweepOptions sweep_options(const ParsedLine& line) {
  const std::string option = line.where() + ": --";
  SweepOptions out;
  out.common = common_options(line);
  out.points = parse_points(line);
  check_set_once(out, line.where());
  if (!varied(out, "variant")) {
    std::vector<std::string> variants = out.common.variants;
    if (variants.empty()) variants = default_variants();
    if (variants == std::vector<std::string>{"all"}) variants = variant_names();
    out.points = product(out.points, {{"variant", variants}}, line.where());
  }
  out.common.variants.clear();
  if (const auto path = line.get("store")) {
    if (path->empty()) throw ConfigError(option + "store needs a file name");
    out.store = *path;
  }
  out.block_runs = line.integer("block-runs", out.block_runs, 1, block_runs_max);
  if (const auto text = line.get("until"))
    out.until.relative = parse_share(*text, option + "until");
  if (const auto text = line.get("until-below")) {
    if (out.until.relative <= 0)
      throw ConfigError(option + "until-below goes with --until, which is not given");
    out.until.below = parse_share(*text, option + "until-below");
  }
  if (const auto text = line.get("shard")) out.shard = parse_shard(*text, option + "shard");
  return out;
}

}  // namespace poolrace::experiments
