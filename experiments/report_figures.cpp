// SPDX-License-Identifier: MIT
#include "experiments/report_figures.hpp"

#include <algorithm>
#include <cmath>
#include <cstdio>

namespace poolrace::experiments {

namespace {

constexpr double width = 920, name_width = 120, row_height = 30;

std::string text_of(const char* pattern, auto... values) {
  char buffer[512];
  std::snprintf(buffer, sizeof buffer, pattern, values...);
  return buffer;
}

// The step of about `count` ticks over `length`: 1, 2 or 5 times a power of ten.
double tick_step(double length, int count) {
  const double rough = length / count;
  const double power = std::pow(10, std::floor(std::log10(rough)));
  for (const double factor : {1.0, 2.0, 5.0})
    if (factor * power >= rough) return factor * power;
  return 10 * power;
}

std::string line(const char* css, double x1, double y1, double x2, double y2) {
  return text_of("<line class=\"%s\" x1=\"%.2f\" y1=\"%.2f\" x2=\"%.2f\" y2=\"%.2f\"/>", css, x1,
                 y1, x2, y2);
}

std::string label(const char* css, double x, double y, const std::string& text) {
  return text_of("<text class=\"%s\" x=\"%.2f\" y=\"%.2f\">", css, x, y) + html_escaped(text) +
         "</text>";
}

std::string rect(const std::string& css, double x, double y, double w, double h,
                 const std::string& title) {
  return text_of(
             "<rect class=\"%s\" x=\"%.2f\" y=\"%.2f\" width=\"%.2f\" height=\"%.2f\" rx=\"2\">",
             css.c_str(), x, y, std::max(w, 0.5), h) +
         "<title>" + html_escaped(title) + "</title></rect>";
}

std::string svg(double height, const std::string& title, const std::string& body) {
  return text_of("<svg viewBox=\"0 0 %.0f %.0f\" role=\"img\">", width, height) + "<title>" +
         html_escaped(title) + "</title>" + body + "</svg>\n";
}

}  // namespace

std::string figure(const std::vector<FigureRow>& rows, const std::string& unit, double most) {
  constexpr double left = name_width, right = 640, text_at = 656;
  double end = 0;
  for (const FigureRow& row : rows)
    if (!row.none) end = std::max({end, row.value, row.high});
  if (end <= 0) end = 1;
  const double step = tick_step(end, 5);
  end = std::ceil(end / step - 1e-9) * step;
  if (most > 0) end = std::min(end, most);
  const auto x = [end](double value) {
    return left + (right - left) * std::clamp(value / end, 0.0, 1.0);
  };
  const double height = static_cast<double>(rows.size()) * row_height + 34, base = height - 26;
  std::string out;
  for (double tick = 0; tick <= end * 1.0001; tick += step) {
    out += line("grid", x(tick), 4, x(tick), base);
    out += label("tick middle", x(tick), height - 10,
                 text_of("%g", tick) + (tick + step > end * 1.0001 ? " " + unit : ""));
  }
  double y = 4 + row_height / 2;
  for (const FigureRow& row : rows) {
    out += label("name", 0, y + 5, row.name);
    if (!row.none && row.bar) out += rect("bar", left, y - 8, x(row.value) - left, 16, row.text);
    if (!row.none && row.high > row.low) {
      out += line("interval", x(row.low), y, x(row.high), y);
      out += line("interval", x(row.low), y - 5, x(row.low), y + 5);
      out += line("interval", x(row.high), y - 5, x(row.high), y + 5);
    }
    if (!row.none && !row.bar)
      out += text_of("<circle class=\"mark\" cx=\"%.2f\" cy=\"%.2f\" r=\"4.5\"/>", x(row.value), y);
    out += label("value", text_at, y + 5, row.text);
    y += row_height;
  }
  return svg(height, "by variant, in " + unit, out);
}

// ---- the timeline -------------------------------------------------------------------------------

namespace {

using Row = Span::Row;

class Timeline {
 public:
  explicit Timeline(const ToldHarm& harm) : r_(harm.recording), s_(harm.spans) { choose_view(); }
  std::string draw();

 private:
  static constexpr double left = 70, right = width - 10, lane = 34;
  void choose_view();
  [[nodiscard]] double x(Ps at) const {
    return left + (right - left) * static_cast<double>(std::max(at, from_) - from_) /
                      static_cast<double>(r_.to - from_);
  }
  void box(const Span& span, const std::string& css, double y, double h, bool named);
  void lane_name(const std::string& name);
  void cpus();
  void page();
  void others(Row row, const char* name, const char* css);
  void axis();

  const Recording& r_;
  const Spans& s_;
  Ps from_ = 0;
  double y_ = 8;
  std::string out_;
};

// Far enough back to hold the whole put it happened in, and the unmap if that is near.
void Timeline::choose_view() {
  constexpr Ps least = 12 * ps_per_us;
  Ps wanted = least;
  if (r_.violation) {
    for (const Span* put : s_.of(Row::put))
      if (put->frame == r_.violation->frame && !put->ended)
        wanted = std::max(wanted, (r_.to - put->began) * 5 / 4);
    const models::Seen* unmap = s_.unmap_of(r_.violation->frame);
    if (unmap != nullptr && unmap->at >= r_.from)
      wanted = std::max(wanted, (r_.to - unmap->at) * 5 / 4);
  }
  from_ = std::max(r_.from, r_.to - wanted);
}

void Timeline::box(const Span& span, const std::string& css, double y, double h, bool named) {
  if (span.to <= from_) return;
  const double x1 = x(span.from), x2 = x(span.to);
  const std::string title =
      span.name + (span.detail.empty() ? "" : " (" + span.detail + ")") +
      text_of(", %.3f us", static_cast<double>(span.to - span.began) / ps_per_us);
  out_ += rect(css, x1, y, x2 - x1, h, title);
  if (named && x2 - x1 > 7.0 * static_cast<double>(span.name.size()) + 8)
    out_ += label("inbox", x1 + 5, y + h / 2 + 4, span.name);
}

void Timeline::lane_name(const std::string& name) {
  out_ += label("name", 0, y_ + lane / 2 + 1, name);
}

void Timeline::cpus() {
  std::map<std::uint32_t, bool> busy;
  for (const Span* span : s_.of(Row::cpu))
    busy[span->lane] |= span->to > from_ && span->mode != models::CpuMode::idle;
  for (const auto& [cpu, any] : busy) {
    if (!any) continue;
    lane_name("CPU " + std::to_string(cpu));
    static constexpr const char* css[] = {"idle", "task", "softirq", "hardirq"};
    for (const Span* span : s_.of(Row::cpu))
      if (span->lane == cpu)
        box(*span, css[static_cast<std::size_t>(span->mode)], y_, lane - 14, true);
    for (const Span* put : s_.of(Row::put))
      if (put->lane == cpu) box(*put, "put", y_ + lane - 14, 7, false);
    for (const sim::Record& step : r_.result.records) {
      const auto on = s_.cpu_of.find(step.context);
      if (step.at < from_ || on == s_.cpu_of.end() || on->second != cpu) continue;
      out_ += line("step", x(step.at), y_ + lane - 17, x(step.at), y_ + lane - 12);
    }
    y_ += lane;
  }
}

void Timeline::page() {
  if (!r_.violation || r_.violation->frame == models::no_frame) return;
  lane_name("page " + std::to_string(r_.violation->frame));
  for (const Span* stage : s_.of(Row::stage))
    if (stage->frame == r_.violation->frame)
      box(*stage, stage->name == "put" ? "put" : "stage", y_, lane - 14, true);
  const models::Seen* unmap = s_.unmap_of(r_.violation->frame);
  if (unmap != nullptr && unmap->at >= from_) {
    out_ += line("unmap", x(unmap->at), y_ - 3, x(unmap->at), y_ + lane - 8);
    out_ += label("unmaptext", x(unmap->at) + 4, y_ + lane - 4, "unmapped");
  }
  y_ += lane;
}

void Timeline::others(Row row, const char* name, const char* css) {
  bool any = false;
  for (const Span* span : s_.of(row)) any = any || span->to > from_;
  if (!any) return;
  lane_name(name);
  for (const Span* span : s_.of(row)) box(*span, css, y_, lane - 14, true);
  y_ += lane;
}

void Timeline::axis() {
  const double length = static_cast<double>(r_.to - from_) / ps_per_us;
  const double step = tick_step(length, 6);
  std::string ticks;
  for (double back = 0; back <= length; back += step) {
    const double at = x(r_.to - static_cast<Ps>(back * ps_per_us));
    ticks += line("grid", at, 2, at, y_);
    ticks += label(back == 0 ? "tick end" : "tick middle", at, y_ + 16,
                   back == 0 ? "0" : text_of("−%g us", back));
  }
  out_ = ticks + out_ + line("violation", right, 0, right, y_);
}

std::string Timeline::draw() {
  cpus();
  page();
  others(Row::dma, "NIC", "dma");
  others(Row::wait, "RCU wait", "wait");
  axis();
  return svg(y_ + 24, "the last microseconds before the violation", out_);
}

}  // namespace

std::string timeline_figure(const ToldHarm& harm) {
  return Timeline(harm).draw();
}

}  // namespace poolrace::experiments
