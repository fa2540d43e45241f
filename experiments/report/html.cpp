// SPDX-License-Identifier: MIT
#include "experiments/report/html.hpp"

#include "experiments/report/figures.hpp"
#include "experiments/report/harms.hpp"
#include "experiments/report/in_flight.hpp"
#include "experiments/report/style.hpp"
#include "experiments/report/text.hpp"
#include "experiments/scenario/replay_string.hpp"
#include "experiments/scenario/version.hpp"
#include "experiments/text/html.hpp"
#include "experiments/text/numbers.hpp"
#include "models/linux/variant.hpp"
#include "sim/trace.hpp"

namespace poolrace::experiments {

using models::linux_tree::label_of;

namespace {

// A figure as people read it, with the number a program would.
std::string number(double value, const std::string& text) {
  return format("<data value=\"%.17g\">", value) + html_escaped(text) + "</data>";
}

std::string time(std::optional<std::int64_t> ns) {
  return ns ? number(static_cast<double>(*ns) / 1000, duration(ns)) : "—";
}

double per_packet(double ns, const VariantSummary& v) {
  return v.packets == 0 ? 0 : ns / static_cast<double>(v.packets);
}

double share(std::int64_t hits, std::int64_t runs) {
  return runs == 0 ? 0 : static_cast<double>(hits) / static_cast<double>(runs);
}

// What gives these runs again: with the profile and the variants spelled out.
std::string command_line(const Campaign& c) {
  CommonOptions options = c.options;
  options.scenario = c.resolved.scenario;
  options.profile = c.resolved.profile;
  options.variants = c.resolved.variants;
  return "poolrace compare " + shell_text(words_of(options));
}

std::string item(const std::string& name, const std::string& value) {
  return "<div><dt>" + name + "</dt><dd>" + html_escaped(value) + "</dd></div>";
}

std::string head(const Campaign& c) {
  const auto& table = models::parameter_table();
  const auto& p = c.resolved.values();
  const std::string title = c.resolved.scenario + " on " + c.resolved.profile;
  std::string out =
      "<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">\n"
      "<meta name=\"viewport\" content=\"width=device-width, "
      "initial-scale=1\">\n<title>Poolrace: " +
      html_escaped(title) + "</title>\n<style>" + report_style + "</style></head><body>\n<h1>" +
      html_escaped(title) +
      "</h1>\n<p class=\"lead\">When a network driver goes away while its pages are still in "
      "flight, "
      "how likely is the crash, and what does preventing it cost?</p>\n<dl>";
  out += item("runs a variant", std::to_string(c.runs_done)) +
         item("seed", std::to_string(c.options.seed)) + item("load", load_text(p)) +
         item("IOMMU", table.print(p, "iommu")) +
         item("device", p.coherent ? "coherent" : "non-coherent") +
         item("preemption", table.print(p, "preempt")) + item("world", c.options.world) +
         item("version", std::string(version()) + " " + commit()) + item("engine", engine());
  out += "</dl>\n";
  if (c.interrupted != 0 || c.failure)
    out += std::string("<p class=\"bad\">") + (c.failure ? "The next run failed" : "Interrupted") +
           ": the first " + std::to_string(c.runs_done) + " of " + std::to_string(c.options.runs) +
           " runs.</p>\n";
  return out;
}

std::string counted(std::int64_t hits, std::int64_t runs) {
  if (hits == 0) return "<td class=\"n\">none</td>";
  return "<td class=\"n\">" +
         number(static_cast<double>(hits), std::to_string(hits) + " of " + std::to_string(runs)) +
         "</td>";
}

std::string chance_cell(const VariantSummary& v) {
  const Interval i = clopper_pearson(v.crashed, v.runs);
  const double p = share(v.crashed, v.runs);
  std::string out = "<td>";
  out += v.crashed == 0 ? "<span class=\"good\">" + number(p, "none") + "</span>"
                        : "<span class=\"bad\">" + number(p, percent(p)) + "</span>";
  return out + " <small>" + number(i.low, percent(i.low)) + " – " +
         number(i.high, percent(i.high)) + "; " + std::to_string(v.crashed) + " of " +
         std::to_string(v.runs) + "</small></td>";
}

std::string table(const Campaign& c) {
  std::string out =
      "<h2>The answer</h2>\n<div class=\"wide\"><table><thead><tr><th>variant</th>"
      "<th>teardowns that crash, 95 % interval</th><th class=\"n\">corrupt silently</th>"
      "<th class=\"n\">leak</th><th class=\"n\">stall</th><th class=\"n\">teardown, median</th>"
      "<th class=\"n\">p99</th><th class=\"n\">guard a packet</th></tr></thead><tbody>\n";
  for (const VariantSummary& v : c.variants) {
    const double guard = per_packet(v.guard_ns, v);
    out += "<tr><th>" + html_escaped(label_of(v.variant)) + "</th>" + chance_cell(v) +
           counted(v.corrupted, v.runs) + counted(v.leaked, v.runs) + counted(v.stalled, v.runs) +
           "<td class=\"n\">" + time(median(teardown_times_ns(v.rows))) + "</td><td class=\"n\">" +
           time(p99(teardown_times_ns(v.rows))) + "</td><td class=\"n\">" +
           (v.packets == 0 ? "—" : number(guard, format("%.1f ns", guard))) + "</td></tr>\n";
  }
  return out +
         "</tbody></table></div>\n<p class=\"note\">Clopper–Pearson intervals. Latencies are "
         "those of the teardowns that came to their end. Run i of every variant sees the same "
         "traffic.</p>\n";
}

std::string crash_figure(const Campaign& c) {
  std::vector<FigureRow> rows;
  for (const VariantSummary& v : c.variants) {
    const Interval i = clopper_pearson(v.crashed, v.runs);
    rows.push_back({label_of(v.variant), chance(v.crashed, v.runs), 100 * share(v.crashed, v.runs),
                    100 * i.low, 100 * i.high});
  }
  return "<h3>Crash probability, with its 95 % interval</h3>\n" + figure(rows, "%", 100);
}

std::string guard_figure(const Campaign& c) {
  std::vector<FigureRow> rows;
  for (const VariantSummary& v : c.variants) {
    const double guard = per_packet(v.guard_ns, v);
    std::string text = v.packets == 0 ? "no packets" : format("%.1f ns", guard);
    if (&v != &c.variants.front()) text += "; CPU " + delta_text(c, v);
    rows.push_back({label_of(v.variant), text, guard, 0, 0, true, v.packets == 0});
  }
  return "<h3>Guard cost a packet</h3>\n" + figure(rows, "ns") +
         "<p class=\"note\">The bar is CPU time at guard sites; behind it, what a packet costs the "
         "CPUs more than with " +
         html_escaped(label_of(c.variants.front().variant)) +
         ", the median over paired runs (95 %)." +
         (c.resolved.tears_down()
              ? " Measured in the traffic before the teardown; <code>poolrace compare "
                "steady</code> measures it longer."
              : "") +
         "</p>\n";
}

std::string latency_figure(const Campaign& c) {
  std::vector<FigureRow> rows;
  for (const VariantSummary& v : c.variants) {
    const auto times = teardown_times_ns(v.rows);
    const auto mid = median(times), high = p99(times);
    if (!mid) {
      rows.push_back({label_of(v.variant), "no teardown ended", 0, 0, 0, true, true});
      continue;
    }
    const double ms = static_cast<double>(*mid) / 1e6;
    const double grace = v.teardown_total_us > 0 ? v.grace_us / v.teardown_total_us : 0;
    rows.push_back(
        {label_of(v.variant),
         duration(mid) + ", p99 " + duration(high) + "; " + percent(grace) + " in grace periods",
         ms, ms, static_cast<double>(*high) / 1e6, true});
  }
  return "<h3>Teardown latency: median, and up to the 99th percentile</h3>\n" + figure(rows, "ms");
}

std::string reproduce(const Campaign& c) {
  std::string out =
      "<h2>How to reproduce it</h2>\n<pre>" + html_escaped(command_line(c)) +
      "</pre>\n<p class=\"note\">Same version, scenario and seed give the same trace, "
      "whatever the compiler or the number of workers. Fingerprints of these runs:</p>\n"
      "<div class=\"wide\"><table class=\"slim\"><tbody>";
  for (const VariantSummary& v : c.variants)
    out += "<tr><th>" + html_escaped(label_of(v.variant)) + "</th><td><code>" +
           sim::hex16(v.fingerprint) + "</code></td></tr>\n";
  return out + "</tbody></table></div>\n<footer>" + html_escaped(version_text()) + "</footer>\n";
}

}  // namespace

std::string html_report(const Campaign& c) {
  std::string out = head(c) + table(c) + "<h2>Figures</h2>\n";
  if (c.resolved.tears_down()) out += crash_figure(c) + latency_figure(c);
  out += in_flight_html(c);
  out += guard_figure(c) + harms_text(tell_harms(c)) + reproduce(c);
  return out + "</body></html>\n";
}

}  // namespace poolrace::experiments
