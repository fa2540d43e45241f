// SPDX-License-Identifier: MIT
// The report's figure of pages in flight after destroy, and the counters as ethtool names them.
#include <cmath>

#include "experiments/report/in_flight.hpp"
#include "experiments/text/html.hpp"
#include "experiments/text/numbers.hpp"
#include "models/linux/variant.hpp"

namespace poolrace::experiments {

namespace {

constexpr double width = 640, height = 220, left = 60, bottom = 190;

// Ages are decades apart: a logarithmic axis from 1 s on.
double x_of(std::int64_t age_s) {
  return left +
         (width - left - 10) * std::log10(static_cast<double>(age_s)) / std::log10(8'640'000.0);
}

std::string line(const std::vector<std::vector<std::int64_t>>& after, double most, bool high) {
  std::string points;
  for (std::size_t i = 0; i < after.size() && !after[i].empty(); ++i) {
    const auto pages = static_cast<double>(high ? *p99(after[i]) : *median(after[i]));
    points += format("%.1f,%.1f ", x_of(models::in_flight_ages_s[i]),
                     bottom - (bottom - 10) * pages / most);
  }
  return points;
}

std::string curve(const VariantSummary& v) {
  double most = 0;
  for (const auto& pages : v.in_flight.after)
    if (!pages.empty()) most = std::max(most, static_cast<double>(*p99(pages)));
  if (most == 0) return "";
  std::string out = "<h4>" + html_escaped(models::linux_tree::label_of(v.variant)) + "</h4>\n" +
                    format("<svg viewBox=\"0 0 %.0f %.0f\" role=\"img\">", width, height);
  for (const std::int64_t age : {1, 60, 3600, 86'400, 8'640'000})
    out += format("<text x=\"%.1f\" y=\"%.0f\">", x_of(age), bottom + 18) +
           duration(age * 1'000'000'000) + "</text>";
  out += format("<text x=\"0\" y=\"20\">%.0f</text>", most);
  for (const bool high : {true, false})
    out += "<polyline fill=\"none\" stroke=\"currentColor\" stroke-width=\"" +
           std::string(high ? "1\" stroke-dasharray=\"3 3" : "2") + "\" points=\"" +
           line(v.in_flight.after, most, high) + "\"/>";
  return out + "</svg>\n";
}

std::string counters(const Campaign& c) {
  std::string out =
      "<h3>The pools' counters, as ethtool names them</h3>\n<div class=\"wide\"><table "
      "class=\"slim\"><thead><tr><th>counter, all runs</th>";
  for (const VariantSummary& v : c.variants)
    out += "<th class=\"n\">" + html_escaped(models::linux_tree::label_of(v.variant)) + "</th>";
  out += "</tr></thead><tbody>\n";
  for (std::size_t i = 0; i < InFlightSummary{}.pool_counters.size(); ++i) {
    out += "<tr><th>" + std::string(pool_counter_name(i)) + "</th>";
    for (const VariantSummary& v : c.variants)
      out += "<td class=\"n\">" + std::to_string(v.in_flight.pool_counters[i]) + "</td>";
    out += "</tr>\n";
  }
  return out + "</tbody></table></div>\n";
}

}  // namespace

std::string in_flight_html(const Campaign& c) {
  std::string curves;
  for (const VariantSummary& v : c.variants) curves += curve(v);
  if (!curves.empty())
    curves =
        "<h3>Pages in flight after destroy: median, and dashed the 99th percentile</h3>\n" + curves;
  return curves + "<pre>" + html_escaped(in_flight_text(c)) + "</pre>\n" + counters(c);
}

}  // namespace poolrace::experiments
