// SPDX-License-Identifier: MIT
#include "experiments/trace/events.hpp"

#include <nlohmann/json.hpp>
#include <ostream>

#include "experiments/scenario/version.hpp"
#include "experiments/text/value_text.hpp"
#include "experiments/trace/items.hpp"
#include "sim/trace.hpp"

namespace poolrace::experiments {

using models::Event;
using nlohmann::ordered_json;
using Row = Span::Row;

namespace {

bool is_async(const Span& span) {
  return span.row == Row::trip || span.row == Row::stage;
}
class Writer {
 public:
  Writer(const Recording& recording, const Spans& spans, std::ostream& out)
      : r_(recording), s_(spans), out_(out) {}
  void write();

 private:
  void name_everything();
  void name(Pid pid, const char* text);
  void name(Place place, const std::string& text);
  [[nodiscard]] Place where(std::uint32_t context) const;
  ordered_json event(const char* ph, Ps at, Place place, const std::string& text) const;
  void line(const ordered_json& event);
  void write_span(const Span& span, bool begin);
  void write_flow(const Flow& flow, std::size_t id, bool out);
  void write_mark(const models::Seen& mark);
  void write_step(const sim::Record& record);
  void write_dma_sync(const sim::Record& record);
  void write_violation(const models::Violation& violation);

  const Recording& r_;
  const Spans& s_;
  std::ostream& out_;
  bool first_ = true;
};

void Writer::line(const ordered_json& event) {
  // What is no UTF-8 (a file's name in the replay string) is replaced, not thrown at.
  out_ << (first_ ? "" : ",") << event.dump(-1, ' ', false, ordered_json::error_handler_t::replace)
       << "\n";
  first_ = false;
}

ordered_json Writer::event(const char* ph, Ps at, Place place, const std::string& text) const {
  ordered_json j;
  j["ph"] = ph;
  j["ts"] = static_cast<double>(at) / ps_per_us;
  j["pid"] = static_cast<int>(place.pid);
  j["tid"] = place.tid;
  if (!text.empty()) j["name"] = text;
  return j;
}

void Writer::name(Pid pid, const char* text) {
  ordered_json j = event("M", 0, {pid, 0}, "process_name");
  j["args"] = {{"name", text}};
  line(j);
  j["name"] = "process_sort_index";
  j["args"] = {{"sort_index", static_cast<int>(pid)}};
  line(j);
}

void Writer::name(Place place, const std::string& text) {
  ordered_json j = event("M", 0, place, "thread_name");
  j["args"] = {{"name", text}};
  line(j);
  j["name"] = "thread_sort_index";
  j["args"] = {{"sort_index", place.tid}};
  line(j);
}

void Writer::name_everything() {
  ordered_json about = event("M", 0, {pid_cpus, 0}, "poolrace");
  about["args"] = {{"version", std::string(version()) + " " + commit()},
                   {"scenario", r_.scenario},
                   {"profile", r_.profile},
                   {"variant", r_.variant},
                   {"replay", r_.replay},
                   {"fingerprint", sim::hex16(r_.result.fingerprint)},
                   {"from_ps", r_.from},
                   {"to_ps", r_.to}};
  line(about);
  name(pid_cpus, "CPUs");
  name(pid_tasks, "Tasks");
  name(pid_nic, "NIC");
  name(pid_rcu, "RCU");
  name(pid_pages, "Pages");
  name(pid_counters, "Counters");
  std::map<std::uint32_t, std::pair<Pid, std::string>> threads;
  for (const Span& span : s_.spans) {
    const Place place = place_of(span);
    const std::string lane = std::to_string(span.lane);
    if (span.row == Row::cpu) threads[place.tid] = {place.pid, "CPU " + lane};
    if (span.row == Row::task) threads[place.tid] = {place.pid, context_name(r_, span.lane)};
    if (span.row == Row::dma) threads[place.tid] = {place.pid, "DMA " + lane};
    if (span.row == Row::grace)
      threads[place.tid] = {place.pid, span.lane == 0 ? "normal" : "expedited"};
    if (span.row == Row::wait)
      threads[place.tid] = {place.pid, context_name(r_, span.lane) + " waits"};
  }
  threads[tid_nic] = {pid_nic, "DMA 0"};  // the device's own steps stand there
  for (const auto& [tid, thread] : threads) name({thread.first, tid}, thread.second);
}

// ---- lines --------------------------------------------------------------------------------------

Place Writer::where(std::uint32_t context) const {
  const auto cpu = s_.cpu_of.find(context);
  if (cpu == s_.cpu_of.end()) return {pid_nic, tid_nic};
  return {pid_cpus, tid_cpu + cpu->second};
}

void Writer::write_span(const Span& span, bool begin) {
  const bool async = is_async(span);
  ordered_json j = event(async ? (begin ? "b" : "e") : (begin ? "B" : "E"),
                         begin ? span.from : span.to, place_of(span), span.name);
  j["cat"] = async ? "page" : "span";
  if (async) j["id"] = "0x" + sim::hex16(span.trip);
  ordered_json args = {{"ps", begin ? span.from : span.to}};
  if (begin && span.began < span.from) args["began_ps"] = span.began;
  if (begin && span.context != models::no_context) args["context"] = context_name(r_, span.context);
  if (begin && !span.detail.empty()) args["detail"] = span.detail;
  if (!begin && !span.ended) args["cut"] = "the window ends here";
  j["args"] = std::move(args);
  line(j);
}

void Writer::write_flow(const Flow& flow, std::size_t id, bool out) {
  const Ps at = out ? flow.out : flow.in;
  ordered_json j = event(out ? "s" : "f", at, out ? flow.from : flow.to, flow.name);
  j["cat"] = "flow";
  j["id"] = id + 1;
  if (!out) j["bp"] = "e";
  j["args"] = {{"ps", at}};
  line(j);
}

void Writer::write_mark(const models::Seen& mark) {
  const Ps at = std::max(mark.at, r_.from);
  if (mark.what != Event::unmapped) {
    ordered_json j = event("C", at, {pid_counters, tid_counters},
                           mark.what == Event::in_flight ? "pages in flight" : "with the stack");
    j["args"] = {{"pages", mark.value}};
    j["ps"] = at;
    return line(j);
  }
  ordered_json args = {{"ps", at}, {"by", mark.text}, {"context", context_name(r_, mark.context)}};
  if (mark.at < r_.from) {
    args["began_ps"] = mark.at;
  } else {
    const std::string text = "unmap page " + std::to_string(mark.who);
    ordered_json j = event("i", at, where(mark.context), text);
    j["s"] = "t";
    j["args"] = args;
    line(j);
  }
  if (mark.value == 0) return;
  ordered_json n = event("n", at, {pid_pages, tid_pages}, "unmapped");
  n["cat"] = "page";
  n["id"] = "0x" + sim::hex16(mark.value);
  n["args"] = std::move(args);
  line(n);
}

void Writer::write_step(const sim::Record& record) {
  ordered_json j =
      event("i", record.at, where(record.context), record.text != nullptr ? record.text : "?");
  j["s"] = "t";
  j["cat"] = "step";
  j["args"] = {{"ps", record.at},
               {"value", value_text(record.text != nullptr ? record.text : "", record.value)},
               {"context", context_name(r_, record.context)}};
  line(j);
}

void Writer::write_dma_sync(const sim::Record& record) {
  ordered_json j = event("C", record.at, {pid_counters, tid_counters}, "dma_sync");
  j["args"] = {{"set", record.value != 0 ? 1 : 0}};
  j["ps"] = record.at;
  line(j);
}

void Writer::write_violation(const models::Violation& v) {
  Place place{pid_cpus, tid_cpu};
  for (const auto& [context, cpu] : s_.cpu_of)
    if (context_name(r_, context) == v.context) place = {pid_cpus, tid_cpu + cpu};
  const char* kind = models::kind_info(v.kind).name;
  ordered_json j = event("i", v.at, place, std::string("VIOLATION ") + kind);
  j["s"] = "g";
  j["cat"] = "violation";
  j["args"] = {{"ps", v.at},
               {"kind", kind},
               {"class", models::harm_name(v.harm)},
               {"ended_by", v.ended_by},
               {"context", v.context},
               {"site", v.site},
               {"replay", r_.replay}};
  if (v.frame != models::no_frame) j["args"]["page"] = v.frame;
  if (v.has_put) j["args"]["put_began"] = v.put_began_before_unmap ? "before_unmap" : "after_unmap";
  line(j);
}

void Writer::write() {
  out_ << "[\n";
  name_everything();
  const auto [items, flows] = items_of(r_, s_);
  for (const Item& item : items) {
    switch (item.what) {
      case Item::end:
      case Item::begin:
        write_span(s_.spans[item.index], item.what == Item::begin);
        break;
      case Item::flow_out:
      case Item::flow_in:
        write_flow(flows[item.index], item.index, item.what == Item::flow_out);
        break;
      case Item::mark:
        write_mark(s_.marks[item.index]);
        break;
      case Item::step:
        write_step(r_.result.records[item.index]);
        break;
      case Item::dma_sync:
        write_dma_sync(r_.result.records[item.index]);
        break;
      case Item::violation:
        write_violation(r_.result.violations[item.index]);
        break;
    }
  }
  out_ << "]\n";
}

}  // namespace

void write_trace_events(const Recording& recording, const Spans& spans, std::ostream& out) {
  Writer(recording, spans, out).write();
}

}  // namespace poolrace::experiments
