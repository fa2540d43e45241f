// SPDX-License-Identifier: MIT
#include "experiments/trace/spans.hpp"

#include <algorithm>

namespace poolrace::experiments {

using models::CpuMode;
using models::Event;
using models::PageStage;
using models::Seen;

namespace {

struct Trip {
  std::uint32_t id;
  Span page, stage;
  PageStage now;
  std::uint32_t context;
};

// Walks the recording once; what is open is kept by whom it concerns.
class Reader {
 public:
  explicit Reader(const Recording& recording) : r_(recording) {}
  Spans read();

 private:
  using Open = std::map<std::uint32_t, Span>;
  void cpu(const Seen& s);
  void task(std::uint32_t context, const char* state, Ps at);
  void page(const Seen& s);
  void put_ended(const Seen& s);
  void dma(const Seen& s);
  void unmapped(const Seen& s);
  void open(Open& where, std::uint32_t key, Span span);
  void close(Open& where, std::uint32_t key, Ps at);
  void close_trip(std::uint32_t frame, Ps at);
  void close_all();
  void keep(Span span, Ps to, bool ended = true);
  void cut_puts();
  [[nodiscard]] Span span(Span::Row row, std::uint32_t lane, Ps at, std::string name) const {
    return {row, lane, std::max(at, r_.from), at, at, std::move(name), ""};
  }

  const Recording& r_;
  Spans out_;
  std::map<std::uint32_t, Seen> last_;  // by CPU
  Open cpus_, tasks_, puts_, dmas_, graces_, waits_;
  std::map<std::uint32_t, Trip> trips_;  // by frame
  std::uint32_t trip_count_ = 0;
};

void Reader::keep(Span span, Ps to, bool ended) {
  span.to = to;
  span.ended = ended;
  if (span.to > span.from) out_.spans.push_back(std::move(span));
}

void Reader::open(Open& where, std::uint32_t key, Span span) {
  close(where, key, span.began);
  where.insert_or_assign(key, std::move(span));
}

void Reader::close(Open& where, std::uint32_t key, Ps at) {
  const auto found = where.find(key);
  if (found == where.end()) return;
  keep(std::move(found->second), at);
  where.erase(found);
}

void Reader::cpu(const Seen& s) {
  const auto last = last_.find(s.who);
  const bool known = last != last_.end();
  if (known && last->second.mode == s.mode && last->second.context == s.context &&
      last->second.value == s.value)
    return;
  Span now = span(Span::Row::cpu, s.who, s.at, "idle");
  now.mode = s.mode;
  now.context = s.context;
  if (s.mode == CpuMode::hardirq) now.name = "hardirq";
  if (s.mode == CpuMode::softirq) now.name = "softirq";
  if (s.mode == CpuMode::task) now.name = context_name(r_, s.context);
  if (s.mode != CpuMode::idle) out_.cpu_of[s.context] = s.who;
  const std::uint64_t before = known ? last->second.value : 0;
  if (before != 0 && before != s.value) {
    const auto old = static_cast<std::uint32_t>(before - 1);
    const auto state = tasks_.find(old);
    if (state != tasks_.end() && state->second.name != "preempted") close(tasks_, old, s.at);
  }
  if (s.value != 0)
    task(static_cast<std::uint32_t>(s.value - 1),
         s.mode == CpuMode::task ? "running" : "interrupted", s.at);
  open(cpus_, s.who, std::move(now));
  last_[s.who] = s;
}

void Reader::task(std::uint32_t context, const char* state, Ps at) {
  out_.tasks.insert(context);
  const auto found = tasks_.find(context);
  if (found != tasks_.end() && found->second.name == state) return;
  Span now = span(Span::Row::task, context, at, state);
  now.context = context;
  open(tasks_, context, std::move(now));
}

void Reader::close_trip(std::uint32_t frame, Ps at) {
  const auto found = trips_.find(frame);
  if (found == trips_.end()) return;
  keep(std::move(found->second.stage), at);
  keep(std::move(found->second.page), at);
  trips_.erase(found);
}

void Reader::put_ended(const Seen& s) {
  const auto put = puts_.find(s.context);
  if (put == puts_.end() || put->second.frame != s.who) return;
  put->second.detail = stage_name(static_cast<PageStage>(s.value));
  close(puts_, s.context, s.at);
}

void Reader::page(const Seen& s) {
  const auto stage = static_cast<PageStage>(s.value);
  auto found = trips_.find(s.who);
  if (stage == PageStage::recycled || stage == PageStage::returned) {
    const bool own_put = s.text == nullptr;
    if (own_put) put_ended(s);
    if (found == trips_.end()) return;
    // The end of a put that lost its page to a new trip says nothing of that one.
    if (own_put && (found->second.now != PageStage::put || found->second.context != s.context))
      return;
    found->second.page.detail = stage_name(stage);
    return close_trip(s.who, s.at);
  }
  if (stage == PageStage::posted && found != trips_.end()) {
    found->second.page.detail = stage_name(PageStage::recycled);  // it is out again already
    close_trip(s.who, s.at);
    found = trips_.end();
  }
  const std::string name = "page " + std::to_string(s.who);
  if (found == trips_.end()) {
    const std::uint32_t id = ++trip_count_;
    found = trips_.insert({s.who, {id, span(Span::Row::trip, id, s.at, name), {}, stage, 0}}).first;
    found->second.page.frame = s.who;
    found->second.page.trip = id;
  } else {
    keep(found->second.stage, s.at);
  }
  Trip& trip = found->second;
  trip.now = stage;
  trip.context = s.context;
  trip.stage = span(Span::Row::stage, trip.id, s.at, stage_name(stage));
  trip.stage.frame = s.who;
  trip.stage.trip = trip.id;
  if (s.text != nullptr) trip.stage.detail = s.text;
  if (stage != PageStage::put) return;
  Span put = span(Span::Row::put, 0, s.at, "put " + name);
  put.context = s.context;
  put.frame = s.who;
  put.trip = trip.id;
  open(puts_, s.context, std::move(put));
}

void Reader::dma(const Seen& s) {
  if (s.what == Event::dma_landed) return close(dmas_, s.who, s.at);
  std::set<std::uint32_t> taken;
  for (const auto& [frame, transfer] : dmas_) taken.insert(transfer.lane);
  std::uint32_t lane = 0;
  while (taken.contains(lane)) ++lane;
  Span now = span(Span::Row::dma, lane, s.at, "DMA page " + std::to_string(s.who));
  now.frame = s.who;
  now.detail = std::to_string(s.value) + " bytes";
  const auto trip = trips_.find(s.who);
  // The page enters its stage right after the transfer begins: the trip is there already.
  if (trip != trips_.end()) now.trip = trip->second.id;
  open(dmas_, s.who, std::move(now));
}

void Reader::unmapped(const Seen& s) {
  out_.marks.push_back(s);
  const auto trip = trips_.find(s.who);
  out_.marks.back().value = trip == trips_.end() ? 0 : trip->second.id;
}

void Reader::close_all() {
  for (Open* each : {&cpus_, &tasks_, &puts_, &dmas_, &graces_, &waits_})
    for (auto& [key, span] : *each) keep(std::move(span), r_.to, false);
  for (auto& [frame, trip] : trips_) {
    keep(std::move(trip.stage), r_.to, false);
    keep(std::move(trip.page), r_.to, false);
  }
}

// A put lies in pieces where its context has a CPU, so that slices nest.
void Reader::cut_puts() {
  std::map<std::uint32_t, std::vector<Span>> runs;  // of each context, in order of time
  std::vector<Span> puts, pieces;
  for (const Span& span : out_.spans) {
    if (span.row == Span::Row::put) puts.push_back(span);
    if (span.row == Span::Row::cpu) runs[span.context].push_back(span);
  }
  for (const Span& put : puts) {
    const auto& mine = runs[put.context];
    auto run = std::partition_point(mine.begin(), mine.end(),
                                    [&put](const Span& cpu) { return cpu.to <= put.from; });
    for (; run != mine.end() && run->from < put.to; ++run) {
      pieces.push_back(put);
      Span& piece = pieces.back();
      piece.lane = run->lane;
      piece.from = std::max(put.from, run->from);
      piece.to = std::min(put.to, run->to);
      piece.ended = put.ended && piece.to == put.to;
    }
  }
  std::erase_if(out_.spans, [](const Span& s) { return s.row == Span::Row::put; });
  out_.spans.insert(out_.spans.end(), pieces.begin(), pieces.end());
}

Spans Reader::read() {
  for (const Seen& s : r_.seen) {
    switch (s.what) {
      case Event::cpu:
        cpu(s);
        break;
      case Event::preempted:
        task(s.who, "preempted", s.at);
        break;
      case Event::page:
        page(s);
        break;
      case Event::dma_began:
      case Event::dma_landed:
        dma(s);
        break;
      case Event::grace_began:
        open(graces_, s.who,
             span(Span::Row::grace, s.who, s.at, s.who == 0 ? "grace period" : "expedited GP"));
        break;
      case Event::grace_ended:
        close(graces_, s.who, s.at);
        break;
      case Event::wait_began:
        open(waits_, s.who, span(Span::Row::wait, s.who, s.at, "synchronize_rcu"));
        waits_.at(s.who).context = s.who;
        break;
      case Event::wait_ended:
        close(waits_, s.who, s.at);
        break;
      case Event::unmapped:
        unmapped(s);
        break;
      case Event::held:
      case Event::synced:
      case Event::gone:
        break;
      case Event::with_stack:
      case Event::in_flight:
        out_.marks.push_back(s);
        break;
    }
  }
  close_all();
  cut_puts();
  return std::move(out_);
}

}  // namespace

std::vector<const Span*> Spans::of(Span::Row row) const {
  std::vector<const Span*> out;
  for (const Span& span : spans)
    if (span.row == row) out.push_back(&span);
  std::stable_sort(out.begin(), out.end(),
                   [](const Span* a, const Span* b) { return a->from < b->from; });
  return out;
}

const models::Seen* Spans::unmap_before(const models::Violation& violation) const {
  const models::Seen* last = nullptr;
  for (const models::Seen& mark : marks)
    if (mark.what == models::Event::unmapped && mark.who == violation.frame &&
        mark.at < violation.at)
      last = &mark;
  return last;
}

const char* stage_name(PageStage stage) {
  static constexpr const char* names[] = {"posted", "DMA write", "received", "DMA read",
                                          "stack",  "put",       "recycled", "returned"};
  return names[static_cast<std::size_t>(stage)];
}

std::string context_name(const Recording& recording, std::uint32_t context) {
  const auto& names = recording.result.contexts;
  return context < names.size() ? names[context] : "outside";
}

Spans spans_of(const Recording& recording) {
  return Reader(recording).read();
}

}  // namespace poolrace::experiments
