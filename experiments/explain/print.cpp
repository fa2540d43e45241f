// SPDX-License-Identifier: MIT
#include "experiments/explain/print.hpp"

#include <algorithm>

#include "experiments/text/numbers.hpp"

namespace poolrace::experiments {

namespace {

constexpr std::size_t text_columns = 96, pools_shown_max = 16;

std::string counted(std::int64_t n, const std::string& one, const std::string& many) {
  return std::to_string(n) + " " + (n == 1 ? one : many);
}

// "  label  text", wrapped below itself.
std::string field(const std::string& label, const std::string& text) {
  constexpr std::size_t indent = 13;
  std::string out, row = "  " + padded(label, indent - 2);
  std::size_t at = 0;
  while (at < text.size()) {
    const std::size_t end = std::min(text.find(' ', at), text.size());
    const std::string word = text.substr(at, end - at);
    at = end + 1;
    if (word.empty()) continue;
    if (columns_of(row) + word.size() > text_columns && row.size() > indent) {
      out += row.substr(0, row.find_last_not_of(' ') + 1) + "\n";
      row = std::string(indent, ' ');
    }
    row += word + " ";
  }
  return out + row.substr(0, row.find_last_not_of(' ') + 1) + "\n";
}

// "A,B,C" with blanks, so that it can be wrapped.
std::string spaced(const std::string& names) {
  std::string out;
  for (const char c : names) out += c == ',' ? std::string(", ") : std::string(1, c);
  return out;
}

std::string place(const Event& event) {
  return event.count == 1
             ? "once, line " + std::to_string(event.line)
             : std::to_string(event.count) + " times, lines " + std::to_string(event.line) +
                   " to " + std::to_string(event.last_line);
}

std::string where(const Event& event) {
  std::string out;
  for (const std::string& name : event.functions) out += (out.empty() ? "" : " <- ") + name;
  return out;
}

// "id 13: 98 in flight after 1449 s", "199 in flight after 60 s, 2 after 724 s (6 warnings)".
std::string pool_text(const StalledPool& pool) {
  std::string out = pool.id >= 0 ? "id " + std::to_string(pool.id) + ": " : "";
  out += std::to_string(pool.first.inflight) + " in flight after " +
         std::to_string(pool.first.age_s) + " s";
  if (pool.warnings > 1)
    out += ", " + std::to_string(pool.last.inflight) + " after " + std::to_string(pool.last.age_s) +
           " s (" + std::to_string(pool.warnings) + " warnings)";
  return out;
}

std::string pools_text(const std::vector<StalledPool>& pools) {
  std::string out;
  for (std::size_t i = 0; i < std::min(pools.size(), pools_shown_max); ++i)
    out += field(i == 0 ? "pools" : "", pool_text(pools[i]));
  if (pools.size() > pools_shown_max)
    out += field("", "and " + std::to_string(pools.size() - pools_shown_max) + " more");
  std::int64_t pages = 0;
  for (const StalledPool& pool : pools) pages += pool.last.inflight;
  if (pools.size() > 1)
    out += field("", "together " + std::to_string(pages) + " pages at their last warnings");
  return out;
}

bool is_of_pools(const Event& event) {
  return event.name.starts_with("stalled-");
}

// The pools whose lines make that event; explain_log() puts each pool into one.
std::vector<StalledPool> pools_of(const Event& event, const std::vector<StalledPool>& pools) {
  std::vector<StalledPool> out;
  for (const StalledPool& pool : pools)
    if (event_of(pool) == event.name) out.push_back(pool);
  return out;
}

nlohmann::ordered_json pools_json(const std::vector<StalledPool>& pools) {
  auto out = nlohmann::ordered_json::array();
  for (const StalledPool& pool : pools)
    out.push_back(
        {{"id", pool.id >= 0 ? nlohmann::ordered_json(pool.id) : nlohmann::ordered_json()},
         {"warnings", pool.warnings},
         {"first", {{"inflight", pool.first.inflight}, {"age_s", pool.first.age_s}}},
         {"last", {{"inflight", pool.last.inflight}, {"age_s", pool.last.age_s}}},
         {"event", event_of(pool)}});
  return out;
}

}  // namespace

std::string explanation_text(const Explanation& found) {
  std::string out = counted(found.lines, "line", "lines") +
                    (found.kernel.empty() ? "" : " of kernel " + found.kernel) + ": " +
                    counted(static_cast<std::int64_t>(found.events.size()), "kind of event",
                            "kinds of events, worst first") +
                    "\n";
  int n = 0;
  for (const Event& event : found.events) {
    const Answer& a = *event.answer;
    out += "\n" + std::to_string(++n) + ". " + pool::kind_name(a.kind) + ", " +
           sure_names[static_cast<int>(event.sure)] + " (" + place(event) + ")\n";
    out += field("because", event.because);
    if (!event.functions.empty()) out += field("where", where(event));
    if (is_of_pools(event)) out += pools_text(pools_of(event, found.pools));
    out += field("means", a.means);
    if (*a.also != '\0') out += field("otherwise,", "or as the next step: " + std::string(a.also));
    out += field("kernels", a.kernels);
    out += field("variants", *a.variants == '\0' ? "none by itself; the command seeds the mistake"
                                                 : spaced(a.variants));
    out += field("closed by", a.closed_by);
    out += "  shown by   poolrace " + std::string(a.command) + "\n";
  }
  if (!found.events.empty())
    out +=
        "\nwhether the pool of your own kernel can do this: poolrace judge TREE, or "
        "linux:TREE@REF of a repository\n";
  return out;
}

nlohmann::ordered_json explanation_json(const Explanation& found) {
  auto events = nlohmann::ordered_json::array();
  for (const Event& event : found.events) {
    const Answer& a = *event.answer;
    events.push_back({{"kind", pool::kind_name(a.kind)},
                      {"sure", sure_names[static_cast<int>(event.sure)]},
                      {"class", models::harm_name(a.harm)},
                      {"signature", event.name},
                      {"count", event.count},
                      {"line", event.line},
                      {"last_line", event.last_line},
                      {"because", event.because},
                      {"functions", event.functions},
                      {"means", a.means},
                      {"also", a.also},
                      {"kernels", a.kernels},
                      {"variants", a.variants},
                      {"closed_by", a.closed_by},
                      {"command", std::string("poolrace ") + a.command}});
  }
  return {{"lines", found.lines},
          {"kernel", found.kernel},
          {"events", events},
          {"stalled_pools", pools_json(found.pools)}};
}

std::string no_explanation(const Explanation& found, const std::string& name) {
  if (found.lines == 0) return name + " is empty: give a kernel log (dmesg, or journalctl -k)";
  std::string out = "nothing of page_pool, the DMA API or an IOMMU is recognised in " +
                    counted(found.lines, "line", "lines") + " of " + name;
  if (found.page_pool_line > 0)
    out += ", though line " + std::to_string(found.page_pool_line) + " names page_pool";
  return out +
         "; what would help: the whole report, from its first line (BUG:, WARNING:, Unable to "
         "handle, cut here) to the end of its call traces, with function names (CONFIG_KALLSYMS), "
         "from dmesg or journalctl -k -b -1; and a kernel with CONFIG_KASAN or "
         "CONFIG_DMA_API_DEBUG, which says more";
}

}  // namespace poolrace::experiments
