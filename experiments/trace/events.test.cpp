// SPDX-License-Identifier: MIT
// The trace as an importer reads it: every event complete, slices nested, asyncs paired, flows
// bound, every prefix of lines a trace of its own.
#include "experiments/trace/events.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <nlohmann/json.hpp>
#include <sstream>

#include "experiments/trace/text.hpp"
#include "sim/errors.hpp"

namespace poolrace::experiments {
namespace {

using nlohmann::json;

RunChoice choice(const std::string& scenario, const std::string& variant, std::int64_t run,
                 const std::vector<Setting>& settings = {}) {
  CommonOptions options;
  options.scenario = scenario;
  options.settings = settings;
  options.variants = {variant};
  return {options, resolve(options, {}), run};
}

WindowChoice last(Ps length) {
  WindowChoice window;
  window.asked = true;
  window.length = length;
  return window;
}

std::string traced(const Recording& recording) {
  std::ostringstream out;
  write_trace_events(recording, spans_of(recording), out);
  return out.str();
}

// What is wrong with a trace, by the rules of the format; walks it as an importer does.
class Schema {
 public:
  void check(const json& events) {
    for (const json& e : events) {
      for (const char* key : {"ph", "ts", "pid", "tid"}) EXPECT_TRUE(e.contains(key)) << e;
      const std::string ph = e.at("ph");
      if (ph == "M") continue;
      dates(e, ph);
      if (ph == "B" || ph == "E") slice(e, ph);
      if (ph == "b" || ph == "e" || ph == "n") async(e, ph);
      if (ph == "s" || ph == "f") flow(e, ph);
      ++count[ph];
    }
    for (const auto& [thread, stack] : slices) EXPECT_TRUE(stack.empty()) << thread.second;
    for (const auto& [id, stack] : asyncs) EXPECT_TRUE(stack.empty()) << id;
    EXPECT_TRUE(flows.empty());
  }
  std::map<std::string, int> count;

 private:
  using Thread = std::pair<int, int>;
  void dates(const json& e, const std::string& ph) {
    const json& ps = ph == "C" ? e.at("ps") : e.at("args").at("ps");
    ASSERT_TRUE(ps.is_number_integer()) << e;
    EXPECT_EQ(std::llround(e.at("ts").get<double>() * 1e6), ps.get<Ps>()) << e;
    EXPECT_GE(ps.get<Ps>(), now) << e;
    now = ps.get<Ps>();
  }
  void slice(const json& e, const std::string& ph) {
    auto& stack = slices[{e.at("pid"), e.at("tid")}];
    if (ph == "B") return stack.push_back(e.at("name"));
    ASSERT_FALSE(stack.empty()) << e;
    EXPECT_EQ(stack.back(), e.at("name")) << e;
    stack.pop_back();
  }
  void async(const json& e, const std::string& ph) {
    auto& stack = asyncs[e.at("cat").get<std::string>() + e.at("id").get<std::string>()];
    if (ph == "b") return stack.push_back(e.at("name"));
    ASSERT_FALSE(stack.empty()) << e;
    if (ph == "n") return;
    EXPECT_EQ(stack.back(), e.at("name")) << e;
    stack.pop_back();
  }
  void flow(const json& e, const std::string& ph) {
    const auto thread = slices.find({e.at("pid"), e.at("tid")});
    EXPECT_TRUE(thread != slices.end() && !thread->second.empty()) << "binds to nothing: " << e;
    const int id = e.at("id");
    if (ph == "s") {
      EXPECT_TRUE(flows.emplace(id, e.at("name")).second) << e;
      return;
    }
    EXPECT_EQ(e.at("bp"), "e");
    EXPECT_EQ(flows.count(id), 1u) << e;
    flows.erase(id);
  }
  std::map<Thread, std::vector<std::string>> slices;
  std::map<std::string, std::vector<std::string>> asyncs;
  std::map<int, std::string> flows;
  Ps now = 0;
};

TEST(TraceEvents, KeepTheRulesOfTheFormat) {
  WindowChoice all;
  all.all = true;
  const std::vector<std::pair<RunChoice, WindowChoice>> cases = {
      {choice("seed-race", "scan", 0, {{"load_mpps", "0.1"}}), {}},
      {choice("seed-race", "baseline", 1), all},
      {choice("seed-race", "xarray-fixed", 2), all},
      {choice("seed-race", "scan-rcu", 2), last(30'000 * ps_per_us)},
      {choice("vf-cycling", "baseline", 0, {{"horizon_s", "1.2"}}), last(5000 * ps_per_us)},
      {choice("xdp-tx", "xarray-fixed", 0), last(3000 * ps_per_us)},
      {choice("ring-resize", "xarray-fixed", 0), last(40'000 * ps_per_us)},
      {choice("steady", "xarray-fixed", 0, {{"preempt", "none"}}), last(2000 * ps_per_us)},
  };
  int flows = 0, counters = 0, asyncs = 0;
  for (const auto& [run, window] : cases) {
    SCOPED_TRACE(run.resolved.scenario + " " + run.resolved.variants[0]);
    Schema schema;
    schema.check(json::parse(traced(record_run(run, window))));
    EXPECT_GT(schema.count["B"], 0);
    EXPECT_EQ(schema.count["B"], schema.count["E"]);
    EXPECT_EQ(schema.count["b"], schema.count["e"]);
    flows += schema.count["s"];
    counters += schema.count["C"];
    asyncs += schema.count["b"];
  }
  EXPECT_GT(flows, 100);
  EXPECT_GT(counters, 100);
  EXPECT_GT(asyncs, 100);
}

TEST(TraceEvents, CutAfterAnyLineTheyAreStillATrace) {
  const std::string text =
      traced(record_run(choice("seed-race", "scan", 0, {{"load_mpps", "0.1"}}), {}));
  const std::size_t all = json::parse(text).size();
  std::size_t lines = 0;
  for (std::size_t end = text.find('\n'); end + 1 < text.size(); end = text.find('\n', end + 1)) {
    const json cut = json::parse(text.substr(0, end + 1) + "]", nullptr, false);
    if (end + 2 < text.size()) {
      ASSERT_FALSE(cut.is_discarded()) << "after line " << lines + 1;
      EXPECT_EQ(cut.size(), std::min(lines, all));
    }
    ++lines;
  }
  EXPECT_EQ(lines, all + 1);  // "[" and an event a line; the last is "]"
}

TEST(TraceEvents, AreTheSameInBothWorlds) {
  RunChoice run = choice("seed-race", "xarray-fixed", 2);
  const std::string timed = traced(record_run(run, last(30'000 * ps_per_us)));
  run.options.world = "reference";
  EXPECT_EQ(traced(record_run(run, last(30'000 * ps_per_us))), timed);
}

TEST(TraceEvents, TheViolationSaysWhatAndHowToSeeItAgain) {
  const Recording r = record_run(choice("seed-race", "scan", 0, {{"load_mpps", "0.1"}}), {});
  const json events = json::parse(traced(r));
  const auto found = std::find_if(events.begin(), events.end(),
                                  [](const json& e) { return e.value("cat", "") == "violation"; });
  ASSERT_NE(found, events.end());
  const json& args = found->at("args");
  EXPECT_EQ(args.at("kind"), models::kind_info(r.violation->kind).name);
  EXPECT_EQ(args.at("class"), "crash");
  EXPECT_EQ(args.at("ended_by"), r.violation->ended_by);
  EXPECT_EQ(args.at("ps"), r.violation->at);
  EXPECT_EQ(args.at("replay"), r.replay);
  EXPECT_EQ(r.to, r.violation->at);  // the window ends there
}

// Between the first thing known of a CPU and the window's end there is neither gap nor overlap.
TEST(Spans, OfACpuTileTheWindow) {
  const Recording r = record_run(choice("seed-race", "xarray-fixed", 2), last(50'000 * ps_per_us));
  const Spans spans = spans_of(r);
  std::map<std::uint32_t, Ps> reached;
  for (const Span* span : spans.of(Span::Row::cpu)) {
    const auto [lane, first] = reached.emplace(span->lane, r.from);
    EXPECT_EQ(span->from, lane->second) << "CPU " << span->lane;
    lane->second = span->to;
  }
  EXPECT_EQ(reached.size(),
            static_cast<std::size_t>(choice("seed-race", "scan", 0).resolved.values().cpus));
  for (const auto& [cpu, to] : reached) EXPECT_EQ(to, r.to) << "CPU " << cpu;
}

// Every page's stages follow one another without a gap from the beginning of its trip to its end.
TEST(Spans, OfAPagesStagesFillItsTrip) {
  WindowChoice all;
  all.all = true;
  const Spans spans = spans_of(record_run(choice("seed-race", "xarray-fixed", 2), all));
  std::map<std::uint32_t, std::pair<Ps, Ps>> filled;
  std::set<std::string> names;
  for (const Span* stage : spans.of(Span::Row::stage)) {
    names.insert(stage->name);
    const auto [trip, first] = filled.emplace(stage->lane, std::pair{stage->from, stage->from});
    EXPECT_EQ(stage->from, trip->second.second) << stage->lane;
    trip->second.second = stage->to;
  }
  EXPECT_EQ(names, (std::set<std::string>{"posted", "DMA write", "received", "stack", "put"}));
  std::size_t trips = 0;
  for (const Span* trip : spans.of(Span::Row::trip)) {
    ++trips;
    const auto stages = filled.find(trip->lane);
    ASSERT_NE(stages, filled.end());
    EXPECT_EQ(stages->second, std::pair(trip->from, trip->to));
  }
  EXPECT_GT(trips, 100u);
}

TEST(TraceText, IsReadableAtAHundredColumns) {
  for (const char* variant : {"scan", "baseline"}) {
    const Recording r = record_run(choice("seed-race", variant, 0), {});
    const std::string text = text_timeline(r, spans_of(r), 50);
    std::istringstream lines(text);
    int count = 0;
    for (std::string line; std::getline(lines, line); ++count) {
      const auto columns = std::count_if(line.begin(), line.end(), [](char c) {
        return (static_cast<unsigned char>(c) & 0xC0) != 0x80;
      });
      EXPECT_LE(columns, 100) << line;
    }
    EXPECT_GT(count, 10);
    EXPECT_LT(count, 2 * 50 + 10);  // a row may bring its context's name
    EXPECT_NE(text.find(models::kind_info(r.violation->kind).name), std::string::npos);
  }
}

}  // namespace
}  // namespace poolrace::experiments
