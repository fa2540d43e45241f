// SPDX-License-Identifier: MIT
#include "experiments/report/timeline.hpp"

#include <algorithm>
#include <cmath>
#include <string_view>

#include "experiments/text/numbers.hpp"
#include "experiments/text/svg.hpp"

namespace poolrace::experiments {

namespace {

using namespace svg;
using Row = Span::Row;

// Time runs to the violation at the right, on a logarithmic scale: the put's steps take
// nanoseconds, and what it trips over happened microseconds to milliseconds before.
class Timeline {
 public:
  explicit Timeline(const ToldHarm& harm)
      : r_(harm.recording), s_(harm.spans), unmap_(s_.unmap_before(*r_.violation)) {
    choose_view();
  }
  std::string draw();

 private:
  static constexpr double left = 92, right = width - 10, lane = 34;
  static constexpr double finest_ps = 10'000;  // where the scale turns from even to logarithmic
  static constexpr double smallest = 0.4;      // of a box, in pixels
  void choose_view();
  [[nodiscard]] double x(Ps at) const {
    const auto back = [this](Ps date) {
      return std::log10(1 + static_cast<double>(r_.to - date) / finest_ps);
    };
    return right - (right - left) * std::min(1.0, back(at) / back(from_));
  }
  void box(const Span& span, const char* css, double y, double h, bool named);
  void lane_name(const std::string& name);
  void cpu_lane(std::uint32_t cpu);
  void cpus();
  void page();
  void others(Row row, const char* name, const char* css);
  void mark(Ps at, const std::string& text);
  void axis();

  const Recording& r_;
  const Spans& s_;
  const models::Seen* unmap_;
  Ps from_ = 0;
  double y_ = 8;
  std::string out_;
};

// What ended the life of the device: told where a put trips over that.
bool ends_device(const sim::Record& step) {
  const std::string_view site = step.text != nullptr ? step.text : "";
  return site.starts_with("unbind:") || site.starts_with("remove:");
}

// Far enough back to hold the whole put it happened in, and what it tripped over.
void Timeline::choose_view() {
  Ps wanted = 20 * ps_per_us;
  const auto reach = [&](Ps date) { wanted = std::max(wanted, (r_.to - date) * 2); };
  for (const Span* put : s_.of(Row::put))
    if (put->frame == r_.violation->frame && !put->ended) reach(put->began);
  if (unmap_ != nullptr) reach(unmap_->at);
  for (const sim::Record& step : r_.result.records)
    if (ends_device(step)) reach(step.at);
  from_ = std::max(r_.from, r_.to - wanted);
}

void Timeline::box(const Span& span, const char* css, double y, double h, bool named) {
  if (span.to <= from_) return;
  const double x1 = x(span.from), x2 = x(span.to);
  if (x2 - x1 < smallest) return;
  const std::string title =
      span.name + (span.detail.empty() ? "" : " (" + span.detail + ")") +
      format(", %.3f us", static_cast<double>(span.to - span.began) / ps_per_us);
  out_ += rect(css, x1, y, x2 - x1, h, title);
  if (named && x2 - x1 > 7.0 * static_cast<double>(span.name.size()) + 8)
    out_ += label("inbox", x1 + 5, y + h / 2 + 4, span.name);
}

void Timeline::lane_name(const std::string& name) {
  out_ += label("name", 0, y_ + lane / 2 - 2, name);
}

void Timeline::mark(Ps at, const std::string& text) {
  if (at < from_) return;
  out_ += line("unmap", x(at), y_ - 3, x(at), y_ + lane - 8);
  out_ += label("unmaptext", x(at) + 4, y_ + lane - 3, text);
}

void Timeline::cpu_lane(std::uint32_t cpu) {
  lane_name("CPU " + std::to_string(cpu));
  out_ += rect("idle", left, y_, right - left, lane - 14, "idle, or too short to see");
  static constexpr const char* css[] = {"idle", "task", "softirq", "hardirq"};
  for (const Span* span : s_.of(Row::cpu))
    if (span->lane == cpu)
      box(*span, css[static_cast<std::size_t>(span->mode)], y_, lane - 14, true);
  for (const Span* put : s_.of(Row::put))
    if (put->lane == cpu) box(*put, "put", y_ + lane - 14, 7, false);
  double last = 0;
  const sim::Record* end = nullptr;  // the last of them stands for all
  for (const sim::Record& step : r_.result.records) {
    const auto on = s_.cpu_of.find(step.context);
    if (step.at < from_ || on == s_.cpu_of.end() || on->second != cpu) continue;
    if (ends_device(step)) end = &step;
    if (x(step.at) - last < smallest) continue;
    last = x(step.at);
    out_ += line("step", last, y_ + lane - 18, last, y_ + lane - 11);
  }
  if (end != nullptr) mark(end->at, end->text);
  y_ += lane;
}

void Timeline::cpus() {
  std::map<std::uint32_t, bool> busy;
  for (const Span* span : s_.of(Row::cpu))
    busy[span->lane] |= span->to > from_ && span->mode != models::CpuMode::idle &&
                        x(span->to) - x(span->from) >= smallest;
  for (const auto& [cpu, any] : busy)
    if (any) cpu_lane(cpu);
}

void Timeline::page() {
  if (r_.violation->frame == models::no_frame) return;
  lane_name("page " + std::to_string(r_.violation->frame));
  for (const Span* stage : s_.of(Row::stage))
    if (stage->frame == r_.violation->frame)
      box(*stage, stage->name == "put" ? "put" : "stage", y_, lane - 14, true);
  if (unmap_ != nullptr) mark(unmap_->at, std::string("unmapped by ") + unmap_->text);
  y_ += lane;
}

void Timeline::others(Row row, const char* name, const char* css) {
  bool any = false;
  for (const Span* span : s_.of(row))
    any = any || (span->to > from_ && x(span->to) - x(span->from) >= smallest);
  if (!any) return;
  lane_name(name);
  for (const Span* span : s_.of(row)) box(*span, css, y_, lane - 14, true);
  y_ += lane;
}

void Timeline::axis() {
  std::string ticks;
  for (Ps back = 10 * ps_per_ns; back <= r_.to - from_; back *= 10) {
    const double at = x(r_.to - back), value = static_cast<double>(back);
    ticks += line("grid", at, 2, at, y_);
    ticks += label("tick middle", at, y_ + 16,
                   back < ps_per_us   ? format("−%g ns", value / ps_per_ns)
                   : back < ps_per_ms ? format("−%g us", value / ps_per_us)
                                      : format("−%g ms", value / ps_per_ms));
  }
  ticks += label("tick end", width, y_ + 16, "0");
  out_ = ticks + out_ + line("violation", right, 0, right, y_);
}

std::string Timeline::draw() {
  cpus();
  page();
  others(Row::dma, "NIC", "dma");
  others(Row::wait, "RCU wait", "wait");
  axis();
  return svg::figure(y_ + 24, "who had each CPU before the violation, on a logarithmic scale",
                     out_);
}

}  // namespace

std::string timeline_figure(const ToldHarm& harm) {
  return Timeline(harm).draw();
}

}  // namespace poolrace::experiments
