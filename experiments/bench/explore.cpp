// SPDX-License-Identifier: MIT
#include "experiments/bench/explore.hpp"

#include <time.h>

#include <algorithm>
#include <array>
#include <coroutine>
#include <exception>

#include "models/explore/execution.hpp"
#include "models/explore/explorer.hpp"
#include "sim/explore/search.hpp"

namespace poolrace::experiments {
namespace {

constexpr std::size_t increments = 10;

double cpu_s() {
  timespec t{};
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
  return static_cast<double>(t.tv_sec) + static_cast<double>(t.tv_nsec) * 1e-9;
}

double median(std::vector<double> values) {
  const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  std::nth_element(values.begin(), middle, values.end());
  return *middle;
}

struct Searched {
  std::uint64_t executions = 0;
  double per_second = 0;
};

Searched search_increments(bool shared, bool reduced, std::uint64_t executions_max) {
  sim::Search search({reduced, -1});
  std::array<std::uint64_t, 2> words{};
  const double began = cpu_s();
  for (bool more = true; more && search.executions() < executions_max;) {
    sim::Explore world(search);
    words = {};
    for (std::size_t c = 0; c < 2; ++c)
      world.spawn("adder", sim::Priority::task, [&, c] {
        const std::size_t word = shared ? 0 : c;
        for (std::size_t i = 0; i < increments; ++i) {
          world.give_up_turn();
          world.touch(word, sim::Touch::write);
          ++words[word];
        }
      });
    more = search.another(world, world.execute());
    check(words[0] + words[1] == 2 * increments, "bench: every increment took place");
  }
  const auto n = search.executions();
  return {n, static_cast<double>(n) / (cpu_s() - began)};
}

struct Adder {
  struct promise_type {
    Adder get_return_object() { return {Handle::from_promise(*this)}; }
    std::suspend_always initial_suspend() { return {}; }
    std::suspend_always final_suspend() noexcept { return {}; }
    void return_void() {}
    void unhandled_exception() { std::terminate(); }
  };
  using Handle = std::coroutine_handle<promise_type>;
  Handle handle;
};

Adder adder(std::uint64_t& word) {
  for (std::size_t i = 0; i < increments; ++i) {
    ++word;
    co_await std::suspend_always{};
  }
}

double bare_increments(std::uint64_t executions_max) {
  std::array<std::uint8_t, 2 * increments> order{};
  std::fill(order.begin() + increments, order.end(), std::uint8_t{1});
  std::uint64_t executions = 0;
  const double began = cpu_s();
  do {
    std::uint64_t word = 0;
    const std::array adders{adder(word), adder(word)};
    for (const std::uint8_t who : order) adders[who].handle.resume();
    for (const Adder& a : adders) a.handle.destroy();
    check(word == 2 * increments, "bench: every increment took place");
  } while (++executions < executions_max && std::next_permutation(order.begin(), order.end()));
  return static_cast<double>(executions) / (cpu_s() - began);
}

void add_increments(std::vector<BenchRow>& rows, const BenchExploreOptions& options) {
  std::vector<double> plain, bare, ratios;
  for (int i = 0; i < options.repetitions; ++i) {
    plain.push_back(search_increments(true, false, options.executions).per_second);
    bare.push_back(bare_increments(options.executions));
    ratios.push_back(plain.back() / bare.back());
  }
  rows.push_back({"explore/plain/increments", median(plain), "executions/s",
                  "explore/bare/increments", median(ratios)});
  rows.push_back({"explore/bare/increments", median(bare), "executions/s", "", 1});
  const Searched same = search_increments(true, true, UINT64_MAX);
  const Searched own = search_increments(false, true, UINT64_MAX);
  rows.push_back(
      {"explore/reduced/one-word", static_cast<double>(same.executions), "executions", "", 1});
  rows.push_back({"explore/reduced/one-word/speed", same.per_second, "executions/s", "", 1});
  rows.push_back(
      {"explore/reduced/two-words", static_cast<double>(own.executions), "executions", "", 1});
}

void add_program(std::vector<BenchRow>& rows, const char* name,
                 const BenchExploreOptions& options) {
  const models::ExploreTask task{&models::find_program(name), "scan", {}};
  const models::Verdict reduced = models::explore(task);
  std::vector<double> speeds;
  double steps = 0;
  for (int i = 0; i < options.repetitions; ++i) {
    const double began = cpu_s();
    sim::Search search({false, -1});
    bool more = true;
    while (more && search.executions() < options.program_executions)
      models::execute(task, search, &search, more);
    speeds.push_back(static_cast<double>(search.executions()) / (cpu_s() - began));
    steps = static_cast<double>(search.steps()) / static_cast<double>(search.executions());
  }
  const std::string row = std::string("explore/scan/") + name;
  rows.push_back({row + "/speed", median(speeds), "executions/s", "", 1});
  rows.push_back({row + "/steps", steps, "steps/execution", "", 1});
  rows.push_back({row + "/reduced", static_cast<double>(reduced.executions), "executions", "", 1});
}

}  // namespace

std::vector<BenchRow> bench_explore(const BenchExploreOptions& options) {
  std::vector<BenchRow> rows;
  add_increments(rows, options);
  for (const char* program :
       {"destroy-vs-put-preemptible", "remove-vs-put-preemptible", "destroy-vs-put-vs-put"})
    add_program(rows, program, options);
  return rows;
}

}  // namespace poolrace::experiments
