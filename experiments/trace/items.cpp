// SPDX-License-Identifier: MIT
#include "experiments/trace/items.hpp"

#include <algorithm>
#include <optional>
#include <string_view>
#include <utility>

namespace poolrace::experiments {

using models::Event;
using Row = Span::Row;

namespace {

bool is_inner(const Span& span) {
  return span.row == Row::put || span.row == Row::stage;
}

bool before(const Item& a, const Item& b) {
  if (a.at != b.at) return a.at < b.at;
  if (a.what != b.what) return a.what < b.what;
  return a.depth < b.depth;
}

class Collector {
 public:
  Collector(const Recording& recording, const Spans& spans) : r_(recording), s_(spans) {}
  Items collect();

 private:
  void collect_flows();
  void collect_dma_sync();
  [[nodiscard]] bool covered(std::uint32_t cpu, Ps at) const;

  const Recording& r_;
  const Spans& s_;
  Items out_;
  std::map<std::uint32_t, std::vector<const Span*>> on_cpu_;
};

bool Collector::covered(std::uint32_t cpu, Ps at) const {
  const auto found = on_cpu_.find(cpu);
  if (found == on_cpu_.end()) return false;
  const auto& spans = found->second;
  const auto next =
      std::partition_point(spans.begin(), spans.end(), [at](const Span* s) { return s->to <= at; });
  return next != spans.end() && (*next)->from <= at;
}

void Collector::collect_flows() {
  std::map<std::uint32_t, const Span*> put_of;  // trip → the first piece of its put
  for (const Span* put : s_.of(Row::put)) put_of.insert({put->trip, put});
  for (const Span* dma : s_.of(Row::dma)) {
    const auto put = put_of.find(dma->trip);
    if (dma->trip == 0 || put == put_of.end() || put->second->from < dma->from) continue;
    out_.flows.push_back(
        {"page", place_of(*dma), place_of(*put->second), dma->from, put->second->from});
  }
  for (const Span* wait : s_.of(Row::wait)) {
    const auto cpu = s_.cpu_of.find(wait->context);
    if (!wait->ended || wait->began < r_.from || cpu == s_.cpu_of.end()) continue;
    if (!covered(cpu->second, wait->from) || !covered(cpu->second, wait->to)) continue;
    const Place place{pid_cpus, tid_cpu + cpu->second};
    out_.flows.push_back({"synchronize_rcu", place, place, wait->from, wait->to});
  }
}

// Steps that read or write the flag say what it is; a change of what they say is an event.
void Collector::collect_dma_sync() {
  const std::string_view flag = "dma_sync";
  std::optional<std::uint64_t> last;
  for (std::size_t i = 0; i < r_.result.records.size(); ++i) {
    const sim::Record& record = r_.result.records[i];
    if (record.text == nullptr || std::string_view(record.text).find(flag) == std::string::npos)
      continue;
    if (last == record.value) continue;
    last = record.value;
    out_.items.push_back({record.at, Item::dma_sync, 0, i});
  }
}

Items Collector::collect() {
  for (const Span* span : s_.of(Row::cpu)) on_cpu_[span->lane].push_back(span);
  for (std::size_t i = 0; i < s_.spans.size(); ++i) {
    const int depth = is_inner(s_.spans[i]) ? 1 : 0;
    out_.items.push_back({s_.spans[i].from, Item::begin, depth, i});
    out_.items.push_back({s_.spans[i].to, Item::end, -depth, i});
  }
  collect_flows();
  for (std::size_t i = 0; i < out_.flows.size(); ++i) {
    out_.items.push_back({out_.flows[i].out, Item::flow_out, 0, i});
    out_.items.push_back({out_.flows[i].in, Item::flow_in, 0, i});
  }
  for (std::size_t i = 0; i < s_.marks.size(); ++i)
    if (s_.marks[i].what != Event::unmapped || s_.marks[i].at >= r_.from || s_.marks[i].value != 0)
      out_.items.push_back({std::max(s_.marks[i].at, r_.from), Item::mark, 0, i});
  for (std::size_t i = 0; i < r_.result.records.size(); ++i)
    out_.items.push_back({r_.result.records[i].at, Item::step, 0, i});
  collect_dma_sync();
  for (std::size_t i = 0; i < r_.result.violations.size(); ++i) {
    const Ps at = r_.result.violations[i].at;
    if (at >= r_.from && at <= r_.to) out_.items.push_back({at, Item::violation, 0, i});
  }
  std::stable_sort(out_.items.begin(), out_.items.end(), before);
  return std::move(out_);
}

}  // namespace

Place place_of(const Span& span) {
  switch (span.row) {
    case Row::cpu:
    case Row::put:
      return {pid_cpus, tid_cpu + span.lane};
    case Row::task:
      return {pid_tasks, tid_task + span.lane};
    case Row::dma:
      return {pid_nic, tid_nic + span.lane};
    case Row::grace:
      return {pid_rcu, tid_grace + span.lane};
    case Row::wait:
      return {pid_rcu, tid_wait + span.lane};
    case Row::trip:
    case Row::stage:
      break;
  }
  return {pid_pages, tid_pages};
}

Items items_of(const Recording& recording, const Spans& spans) {
  return Collector(recording, spans).collect();
}

}  // namespace poolrace::experiments
