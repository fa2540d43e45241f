// SPDX-License-Identifier: MIT
#include "experiments/trace/text.hpp"

#include <algorithm>
#include <cstdio>

namespace poolrace::experiments {

namespace {

constexpr std::size_t columns_max = 100, date_width = 13, places_max = 4;
constexpr std::uint32_t device = ~std::uint32_t{0};  // the place of what has no CPU

struct Row {
  Ps at;
  std::uint32_t place;  // a CPU, or device
  std::uint32_t context;
  std::string text;
};

std::size_t width_of(const std::string& text) {  // UTF-8: continuation bytes take no column
  return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), [](char ch) {
    return (static_cast<unsigned char>(ch) & 0xC0) != 0x80;
  }));
}

// Cut or filled to so many columns; texts that are cut are ASCII.
std::string cell(const std::string& text, std::size_t width) {
  const std::size_t columns = width_of(text);
  if (columns < width) return text + std::string(width - columns, ' ');
  return text.substr(0, width - 2) + "… ";
}

std::string date(Ps at, Ps zero) {
  char buffer[32];
  std::snprintf(buffer, sizeof buffer, "%+11.3f  ", static_cast<double>(at - zero) / ps_per_us);
  return buffer;
}

std::vector<Row> rows_of(const Recording& r, const Spans& s) {
  const auto place = [&s](std::uint32_t context) {
    const auto cpu = s.cpu_of.find(context);
    return cpu == s.cpu_of.end() ? device : cpu->second;
  };
  std::vector<Row> rows;
  std::map<std::uint32_t, Ps> begun;  // by trip, so that a put in pieces is told once
  for (const Span* put : s.of(Span::Row::put))
    if (put->began >= r.from && begun.emplace(put->trip, put->from).second)
      rows.push_back({put->from, put->lane, put->context, "> " + put->name});
  for (const sim::Record& record : r.result.records)
    rows.push_back({record.at, place(record.context), record.context,
                    record.text != nullptr ? record.text : "?"});
  for (const models::Seen& mark : s.marks)
    if (mark.what == models::Event::unmapped && mark.at >= r.from)
      rows.push_back(
          {mark.at, place(mark.context), mark.context, "> unmap page " + std::to_string(mark.who)});
  std::stable_sort(rows.begin(), rows.end(),
                   [](const Row& a, const Row& b) { return a.at < b.at; });
  return rows;
}

// The columns: where the violation is, then where most of the steps are.
std::vector<std::uint32_t> places_of(const Recording& r, const Spans& s,
                                     const std::vector<Row>& rows) {
  std::map<std::uint32_t, std::size_t> steps;
  for (const Row& row : rows) ++steps[row.place];
  if (r.violation)
    for (const auto& [context, cpu] : s.cpu_of)
      if (context_name(r, context) == r.violation->context) steps[cpu] += rows.size();
  std::vector<std::uint32_t> places;
  for (const auto& [place, count] : steps) places.push_back(place);
  std::stable_sort(places.begin(), places.end(),
                   [&steps](std::uint32_t a, std::uint32_t b) { return steps[a] > steps[b]; });
  if (places.size() > places_max) places.resize(places_max);
  std::sort(places.begin(), places.end());  // the device last
  return places;
}

std::string place_name(std::uint32_t place) {
  return place == device ? "device" : "CPU " + std::to_string(place);
}

std::string violation_text(const models::Violation& v, const models::Seen* unmapped) {
  std::string out = std::string("*** ") + models::kind_info(v.kind).name + ", " +
                    models::harm_name(v.harm) + ", in " + v.context + " at \"" + v.site + "\"";
  if (!v.ended_by.empty()) out += "\n    it tripped over what was ended by: " + v.ended_by;
  if (v.frame != models::no_frame) out += "\n    page " + std::to_string(v.frame);
  if (unmapped != nullptr) {
    char buffer[96];
    std::snprintf(buffer, sizeof buffer, ", unmapped %.3f us before by %s",
                  static_cast<double>(v.at - unmapped->at) / ps_per_us, unmapped->text);
    out += buffer;
  }
  if (v.has_put)
    out += std::string("; the put began ") + (v.put_began_before_unmap ? "before" : "after") +
           " the unmap";
  return out + "\n";
}

}  // namespace

std::string text_timeline(const Recording& r, const Spans& s, std::size_t wanted) {
  std::vector<Row> rows = rows_of(r, s);
  const std::size_t all = rows.size();
  if (all > wanted) rows.erase(rows.begin(), rows.end() - static_cast<std::ptrdiff_t>(wanted));
  const auto places = places_of(r, s, rows);
  const std::size_t width = (columns_max - date_width) / std::max<std::size_t>(1, places.size());
  std::string out = r.scenario + " on " + r.profile + ", " + r.variant + "; microseconds " +
                    (r.violation ? "from the violation" : "from the end of the window") + "\n";
  if (all > wanted)
    out +=
        "… " + std::to_string(all - wanted) + " earlier rows in the window; --steps N shows more\n";
  if (rows.empty())
    out += "no step in this window: nothing ran in the last " +
           std::to_string((r.to - r.from) / ps_per_us) +
           " us of it; --window-us N reaches further back\n";
  std::string head(date_width, ' ');
  for (const std::uint32_t place : places) head += cell(place_name(place), width);
  out += head.substr(0, head.find_last_not_of(' ') + 1) + "\n";
  std::map<std::uint32_t, std::uint32_t> context_at;
  std::size_t elsewhere = 0;
  const auto put_row = [&](const std::string& when, std::size_t column, const std::string& text) {
    std::string line = when + std::string(column * width, ' ') + cell(text, width);
    line.erase(line.find_last_not_of(' ') + 1);
    out += line + "\n";
  };
  for (const Row& row : rows) {
    const auto found = std::find(places.begin(), places.end(), row.place);
    if (found == places.end()) {
      ++elsewhere;
      continue;
    }
    const auto column = static_cast<std::size_t>(found - places.begin());
    const auto last = context_at.find(row.place);
    if (row.place != device && (last == context_at.end() || last->second != row.context))
      put_row(std::string(date_width, ' '), column, "[" + context_name(r, row.context) + "]");
    context_at[row.place] = row.context;
    put_row(date(row.at, r.to), column, row.text);
  }
  if (elsewhere > 0) out += std::to_string(elsewhere) + " steps on other CPUs are left out\n";
  return out + (r.violation ? violation_text(*r.violation, s.unmap_before(*r.violation))
                            : "no violation in this run\n");
}

}  // namespace poolrace::experiments
