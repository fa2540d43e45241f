// SPDX-License-Identifier: MIT
#include "models/traffic/histogram_file.hpp"

#include <algorithm>
#include <optional>
#include <vector>

#include "sim/errors.hpp"
#include "sim/hash.hpp"
#include "sim/settings/decimal.hpp"
#include "sim/settings/find_named.hpp"
#include "sim/settings/text_lines.hpp"

namespace poolrace::models {
namespace {

constexpr std::int64_t hold_max_ns = std::int64_t{100} * 24 * 3600 * 1'000'000'000;
constexpr const char* allowed =
    "what bpftrace prints of a hist() or lhist(): @map:, and rows such as [1K, 2K) 123 |@@@ |";

struct Row {
  std::optional<std::int64_t> low, high;  // none: open
  std::int64_t count = 0;
  int line = 0;
};
struct Map {
  std::string name;
  std::vector<Row> rows;
  int line = 0;
};

std::string_view trimmed(std::string_view text) {
  const std::size_t begin = text.find_first_not_of(" \t");
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(" \t") - begin + 1);
}

// "12", "-1", "4K", "1.5M": none if it is no such number, or is beyond 2^63.
std::optional<std::int64_t> parse_edge(std::string_view text) {
  constexpr std::string_view suffixes = "KMGTPE";
  constexpr std::int64_t fine = 1'000'000;
  std::int64_t factor = 1;
  if (const std::size_t at = suffixes.find(text.empty() ? ' ' : text.back());
      at != std::string_view::npos) {
    factor <<= 10 * (at + 1);
    text.remove_suffix(1);
  }
  const sim::Decimal number = sim::parse_decimal(text, factor == 1 ? 1 : fine);
  if (number.error != sim::DecimalError::none) return std::nullopt;
  const __int128 value = static_cast<__int128>(number.value) * factor / (factor == 1 ? 1 : fine);
  if (value > INT64_MAX || value < INT64_MIN) return std::nullopt;
  return static_cast<std::int64_t>(value);
}

// "[1K, 2K)", "[7]", "(..., 0)", "[100, ...)".
bool parse_bin(std::string_view text, Row& row) {
  const char opens = text.front(), closes = text.back();
  const std::string_view inside = text.substr(1, text.size() - 2);
  const std::size_t comma = inside.find(',');
  if (comma == std::string_view::npos) {
    row.low = parse_edge(trimmed(inside));
    if (opens != '[' || closes != ']' || !row.low || *row.low == INT64_MAX) return false;
    row.high = *row.low + 1;
    return true;
  }
  const std::string_view low = trimmed(inside.substr(0, comma)),
                         high = trimmed(inside.substr(comma + 1));
  row.low = parse_edge(low);
  row.high = parse_edge(high);
  const bool below = low == "..." && opens == '(', above = high == "...";
  return closes == ')' && (row.low ? opens == '[' : below) && (row.high || above) &&
         (row.low || row.high) && (!row.low || !row.high || *row.low < *row.high);
}

// A row, if the line is meant as one.
std::optional<Row> parse_row(const sim::TextLines& lines, std::string_view line) {
  const std::string_view text = trimmed(line);
  const std::size_t bin = text.find_first_of(")]"), bar = text.find('|');
  const bool meant = !text.empty() && (text.front() == '[' || text.front() == '(') &&
                     bin != std::string_view::npos && bar != std::string_view::npos;
  if (!meant) return std::nullopt;
  const auto fail = [&](const char* why) {
    lines.fail("'" + std::string(text.substr(0, 60)) + "' " + why +
               "; allowed: rows such as [1K, 2K) 123 |@@@ |");
  };
  Row row;
  row.line = lines.number();
  if (bin < 2 || !parse_bin(text.substr(0, bin + 1), row)) fail("has no bin");
  const sim::Decimal count =
      bar > bin ? sim::parse_decimal(trimmed(text.substr(bin + 1, bar - bin - 1)), 1)
                : sim::Decimal{0, sim::DecimalError::not_a_number};
  if (count.error != sim::DecimalError::none || count.value < 0) fail("has no count");
  row.count = count.value;
  return row;
}

// "@name:" or "@name[key]:" alone on its line begins a map.
std::optional<std::string> parse_heading(std::string_view line) {
  const std::string_view text = trimmed(line);
  if (!text.starts_with('@') || !text.ends_with(':')) return std::nullopt;
  return std::string(text.substr(0, text.size() - 1));
}

std::vector<Map> read_maps(sim::TextLines& lines) {
  std::vector<Map> maps;
  bool inside = false;
  for (std::string line; lines.next(line);) {
    if (const auto name = parse_heading(line)) {
      maps.push_back({*name, {}, lines.number()});
      inside = true;
    } else if (const auto row = parse_row(lines, line)) {
      if (!inside) maps.push_back({"", {}, lines.number()});  // somebody pasted the rows alone
      inside = true;
      maps.back().rows.push_back(*row);
    } else if (!trimmed(line).empty()) {
      inside = false;
    }
  }
  std::erase_if(maps, [](const Map& map) { return map.rows.empty(); });
  return maps;
}

const Map& choose(const std::vector<Map>& maps, const std::string& wanted,
                  const std::string& label) {
  if (maps.empty()) throw ConfigError(label + ": has no histogram; allowed: " + allowed);
  const std::vector<std::string> names = sim::names_of(maps);
  const std::string name = wanted.empty() || wanted.starts_with('@') ? wanted : "@" + wanted;
  if (name.empty() && maps.size() > 1 && names != std::vector(maps.size(), names.front())) {
    std::string all;
    for (const std::string& one : names) all += (all.empty() ? "" : ", ") + one;
    throw ConfigError(label + ": has several maps; allowed: hold_histogram_map=NAME, of " +
                      all.substr(0, 500));
  }
  if (!name.empty()) sim::require_known(label, "map", name, names);
  const Map* chosen = nullptr;
  for (const Map& map : maps) {
    if (!name.empty() && map.name != name) continue;
    if (chosen != nullptr)
      throw ConfigError(label + " line " + std::to_string(map.line) + ": " + map.name +
                        " is there again (first on line " + std::to_string(chosen->line) +
                        "), and may count on; allowed: once (keep the one you mean)");
    chosen = &map;
  }
  return *chosen;
}

// A row that counts, in nanoseconds.
HoldHistogram::Bin bin_of(const Row& row, std::int64_t unit_ns, const auto& fail) {
  if (!row.high)
    fail(
        "counts holds without an upper end; allowed: bins that end (raise lhist()'s max, or use "
        "hist())");
  if (*row.high <= 0 || row.low.value_or(0) < 0)
    fail("counts holds of less than 0; allowed: 0 and more");
  const __int128 low = static_cast<__int128>(row.low.value_or(0)) * unit_ns,
                 high = static_cast<__int128>(*row.high) * unit_ns;
  if (high > hold_max_ns)
    fail("counts holds of over 100 days; allowed: up to that (is hold_histogram_unit right?)");
  return {static_cast<std::int64_t>(low), static_cast<std::int64_t>(high),
          static_cast<std::uint64_t>(row.count)};
}

}  // namespace

std::shared_ptr<const HoldHistogram> read_histogram(const std::string& path, const std::string& map,
                                                    std::int64_t unit_ns) {
  return read_histogram(sim::open_input(path, "histogram file " + path), path, map, unit_ns);
}

std::shared_ptr<const HoldHistogram> read_histogram(sim::File file, const std::string& path,
                                                    const std::string& map, std::int64_t unit_ns) {
  constexpr std::uint64_t counts_max = std::uint64_t{1} << 40;
  sim::TextLines lines(std::move(file), "histogram file " + path, allowed);
  const std::vector<Map> maps = read_maps(lines);
  const Map& chosen = choose(maps, map, lines.label());
  auto out = std::make_shared<HoldHistogram>();
  out->name = lines.label() + (chosen.name.empty() ? "" : " " + chosen.name);
  sim::Hash64 hash;
  std::uint64_t counts = 0;
  for (const Row& row : chosen.rows) {
    if (row.count == 0) continue;
    const auto fail = [&](const std::string& what) { lines.fail(what, row.line); };
    const HoldHistogram::Bin bin = bin_of(row, unit_ns, fail);
    if (!out->bins.empty() && bin.lo_ns < out->bins.back().hi_ns)
      fail("begins before the bin above it ends; allowed: bins in order");
    counts += bin.count;
    if (bin.count > counts_max || counts > counts_max)
      fail("makes over 2^40 counts in all; allowed: up to that");
    out->bins.push_back(bin);
    for (const std::uint64_t number :
         {static_cast<std::uint64_t>(bin.lo_ns), static_cast<std::uint64_t>(bin.hi_ns), bin.count})
      hash.add(number);
  }
  if (out->bins.empty())
    throw ConfigError(out->name + ": counts nothing; allowed: at least one count");
  out->hash = hash.value();
  return out;
}

}  // namespace poolrace::models
