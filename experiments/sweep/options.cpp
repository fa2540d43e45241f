// SPDX-License-Identifier: MIT
#include "experiments/sweep/options.hpp"

#include <algorithm>
#include <array>

#include "experiments/cli/common_options.hpp"
#include "experiments/cli/tree_options.hpp"
#include "experiments/scenario/scenario.hpp"
#include "experiments/statistics/statistics.hpp"
#include "sim/settings/decimal.hpp"
#include "sim/settings/nearest.hpp"

namespace poolrace::experiments {
namespace {

constexpr std::int64_t block_runs_max = 100'000;

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

void check_versus(const SweepOptions& options, const std::string& where) {
  std::vector<std::string> there;
  for (const Point& point : options.points)
    for (const Setting& s : point.values)
      if (s.name == "variant" && std::find(there.begin(), there.end(), s.value) == there.end())
        there.push_back(s.value);
  sim::require_known(where, "variant", options.versus, there);
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

bool Until::tight(std::int64_t crashed, std::int64_t runs) const {
  if (relative <= 0 || runs == 0) return false;
  const Interval i = confidence_sequence(crashed, runs);
  const double estimate = static_cast<double>(crashed) / static_cast<double>(runs);
  return i.high <= below || is_within(i, relative, estimate);
}

CommandLine sweep_line() {
  CommandLine line("sweep", "a grid of parameters into a store; goes on where it was");
  add_common_options(line);
  line.repeated("vary", "NAME=VALUES",
                "a,b,c or LOW:HIGH:lin[:N] or LOW:HIGH:log10[:N] (N: 5) for a parameter, variant "
                "or profile; several give the product");
  line.value("points", "FILE", "a CSV file of points: a line of names, then a line a point");
  line.value("store", "FILE", "where results are kept; a sweep computes what is missing in it");
  line.value("shard", "I/N", "compute the I-th of N parts; `poolrace merge` joins their stores");
  line.value("until", "SHARE",
             "stop a point when its interval's half width is at most this share of its crash "
             "probability, e.g. 10% (or it has all --runs); its interval then holds at any time of "
             "looking, and is wider");
  line.value("until-below", "P", "with --until: or when the probability is below this", "0.001");
  line.value(
      "versus", "VARIANT",
      "against which differences by run are told, in csv and json; the first by the order of "
      "poolrace list variants if absent");
  line.value("by-run", "FILE", "write a table of every run as well, as CSV");
  line.value("block-runs", "N", "runs that are kept or lost together", "50");
  line.parameters(models::parameter_table().names());
  line.example("--vary hold_median_us=4:4000:log10:7 --variant scan-rcu --runs 200",
               "one parameter, seven values a factor apart");
  line.example("--vary iommu=none,lazy,strict --vary hz=100,1000 --until 10% --store a.sqlite",
               "a grid into a file; the same line again goes on where it was");
  line.example("--vary cpus=2,4,8 --shard 1/2 --store half.sqlite",
               "half of it, for `poolrace merge` to join");
  return line;
}

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
  if (const auto versus = line.get("versus")) {
    out.versus = with_trees({*versus}, line, option + "versus").front();
    check_versus(out, option + "versus");
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
