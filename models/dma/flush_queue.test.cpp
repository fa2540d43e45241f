// SPDX-License-Identifier: MIT
// An IOVA waits for a flush that began after it was queued; 255 fit; the timer flushes the rest;
// and the mean wait agrees with the closed forms of hardware.md §2.
#include "models/dma/flush_queue.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <map>
#include <vector>

#include "sim/errors.hpp"

namespace poolrace::models {
namespace {

constexpr Ps flush_ps = 700 * ps_per_ns;

struct Released {
  Iova iova;
  CpuId cpu;
  Ps at;
};

struct Sink final : FlushSink {
  std::vector<Released> released;
  std::vector<Ps> flushed_at;
  Ps flush_domain(CpuId, Ps now) override {
    flushed_at.push_back(now);
    return flush_ps;
  }
  Ps release_iova(CpuId cpu, Iova iova, std::uint32_t, Ps now) override {
    released.push_back({iova, cpu, now});
    return 0;
  }
};

FlushQueueParams params(CpuId cpus = 1) {
  FlushQueueParams p;
  p.cpus = cpus;
  p.add_ps = 0;
  return p;
}

TEST(FlushQueue, TheTimerReleasesOnItsOwnCpu) {
  FlushQueue queue(params(3));
  Sink sink;
  EXPECT_EQ(queue.next_deadline(), ps_never);
  queue.add(1, 100, 0, 5 * ps_per_ms, sink);
  queue.add(2, 200, 0, 7 * ps_per_ms, sink);
  EXPECT_EQ(queue.next_deadline(), 15 * ps_per_ms) << "armed by the first, not moved by the second";
  EXPECT_EQ(queue.timer_cpu(), 1u);
  EXPECT_TRUE(sink.released.empty());
  EXPECT_EQ(queue.pending(), 2u);
  EXPECT_EQ(queue.timer_fired(0, 15 * ps_per_ms, sink), flush_ps);
  ASSERT_EQ(sink.released.size(), 2u);
  for (const Released& r : sink.released) {
    EXPECT_EQ(r.cpu, 0u);
    EXPECT_EQ(r.at, 15 * ps_per_ms + flush_ps);
  }
  EXPECT_EQ(queue.pending(), 0u);
  EXPECT_EQ(queue.next_deadline(), ps_never);
  queue.add(1, 300, 0, 20 * ps_per_ms, sink);
  EXPECT_EQ(queue.next_deadline(), 30 * ps_per_ms);
}

TEST(FlushQueue, The256thAddFlushesTheDomain) {
  FlushQueue queue(params());
  Sink sink;
  for (Iova i = 0; i < 255; ++i) EXPECT_EQ(queue.add(0, i, 0, static_cast<Ps>(i), sink), 0) << i;
  EXPECT_TRUE(sink.flushed_at.empty());
  EXPECT_EQ(queue.add(0, 255, 0, 255, sink), flush_ps);
  EXPECT_EQ(sink.flushed_at, std::vector<Ps>{255});
  ASSERT_EQ(sink.released.size(), 255u);
  EXPECT_EQ(sink.released[0].iova, 0u);
  EXPECT_EQ(sink.released[254].iova, 254u);
  EXPECT_EQ(queue.pending(), 1u) << "the one that found the queue full";
  EXPECT_EQ(queue.full_flushes(), 1u);
}

TEST(FlushQueue, AnotherCpusFinishedFlushFreesOnAdd) {
  FlushQueue queue(params(2));
  Sink sink;
  queue.add(1, 1000, 0, 0, sink);
  for (Iova i = 0; i < 256; ++i) queue.add(0, i, 0, 1000, sink);  // flushes at 1000
  sink.released.clear();
  queue.add(1, 1001, 0, 1000 + flush_ps - 1, sink);
  EXPECT_TRUE(sink.released.empty()) << "the flush is still under way";
  queue.add(1, 1002, 0, 1000 + flush_ps, sink);
  ASSERT_EQ(sink.released.size(), 1u);
  EXPECT_EQ(sink.released[0].iova, 1000u);
  EXPECT_EQ(sink.released[0].cpu, 1u);
}

TEST(FlushQueue, WhatIsQueuedDuringAFlushWaitsForTheNext) {
  FlushQueue queue(params(2));
  Sink sink;
  for (Iova i = 0; i < 256; ++i) queue.add(0, i, 0, 1000, sink);
  queue.add(1, 1001, 0, 1000 + flush_ps / 2, sink);  // this flush may have passed its entry
  sink.released.clear();
  queue.add(1, 1002, 0, ps_per_ms, sink);
  EXPECT_TRUE(sink.released.empty());
  queue.timer_fired(0, 11 * ps_per_ms, sink);
  EXPECT_EQ(sink.released.size(), 3u);  // 255, 1001 and 1002
}

TEST(FlushQueue, ACpuWaitsWhileTheTimerHoldsItsQueue) {
  FlushQueueParams p = params();
  p.add_ps = 100;
  FlushQueue queue(p);
  Sink sink;
  EXPECT_EQ(queue.add(0, 1, 0, 0, sink), 100);
  const Ps fired_at = queue.next_deadline();
  const Ps until = fired_at + queue.timer_fired(0, fired_at, sink);
  EXPECT_EQ(queue.add(0, 2, 0, until - 30, sink), 30 + 100);
}

TEST(FlushQueue, DrainReleasesWithoutAFlush) {
  FlushQueue queue(params(2));
  Sink sink;
  queue.add(0, 1, 0, 0, sink);
  queue.add(1, 2, 0, 0, sink);
  queue.drain(0, 5, sink);
  EXPECT_EQ(sink.released.size(), 2u);
  EXPECT_TRUE(sink.flushed_at.empty());
  EXPECT_EQ(queue.next_deadline(), ps_never);
  EXPECT_THROW(queue.timer_fired(0, ps_per_s, sink), InternalError);
}

TEST(FlushQueue, SingleQueueMode) {
  FlushQueue queue(single_flush_queue(4));
  Sink sink;
  for (Iova i = 0; i < 32'767; ++i) queue.add(i % 4, i, 0, 0, sink);
  EXPECT_EQ(queue.next_deadline(), ps_per_s + 20 * ps_per_ns);
  EXPECT_TRUE(sink.flushed_at.empty());
  queue.add(3, 32'767, 0, 0, sink);
  EXPECT_EQ(sink.flushed_at.size(), 1u);
  EXPECT_EQ(sink.released.size(), 32'767u);
}

// Runs arrivals (dates by `gap`) for `span`; returns the mean time between queueing
// and the flush after which the device cannot reach the page any more.
template <typename Gap>
double mean_staleness_ms(FlushQueue& queue, Sink& sink, Ps span, Gap gap) {
  std::map<Iova, Ps> queued;
  double total = 0;
  std::uint64_t count = 0;
  const auto settle = [&] {
    for (const Released& r : sink.released) {
      total += static_cast<double>(sink.flushed_at.back() - queued[r.iova]) / ps_per_ms;
      ++count;
      queued.erase(r.iova);
    }
    sink.released.clear();
  };
  Iova next = 0;
  for (Ps now = gap(); now < span; now += gap()) {
    while (queue.next_deadline() <= now) {
      queue.timer_fired(0, queue.next_deadline(), sink);
      settle();
    }
    queued[next] = now;
    queue.add(0, next++, 0, now, sink);
    settle();
  }
  return total / static_cast<double>(count);
}

TEST(FlushQueue, PoissonStalenessBelowTheThresholdFollowsTheTimer) {
  // The first arrival arms the timer and waits T; the others of that window are uniform in it:
  // mean = (T + (lambda T) T/2) / (1 + lambda T).
  for (double per_ms : {0.05, 1.0, 10.0}) {
    FlushQueue queue(params());
    Sink sink;
    std::uint64_t state = 12345;
    const auto gap = [&] {
      state = state * 6364136223846793005u + 1442695040888963407u;
      const double u = (static_cast<double>(state >> 11) + 0.5) / 9007199254740992.0;
      return static_cast<Ps>(-std::log(u) / per_ms * ps_per_ms);
    };
    const double seen = mean_staleness_ms(queue, sink, 10 * ps_per_s, gap);
    const double load = per_ms * 10;
    const double expected = (10 + load * 5) / (1 + load);
    EXPECT_NEAR(seen, expected, 0.04 * expected) << per_ms << " per ms";
    EXPECT_EQ(queue.full_flushes(), 0u);
  }
}

TEST(FlushQueue, PeriodicStalenessAboveTheThresholdFollowsTheQueue) {
  // 255 entries at distance d wait (255 - k) d, mean 128 d; the timer cuts a few batches short.
  FlushQueue queue(params());
  Sink sink;
  const double seen = mean_staleness_ms(queue, sink, ps_per_s, [] { return ps_per_us; });
  EXPECT_NEAR(seen, 0.128, 0.003);
  EXPECT_GT(queue.full_flushes(), 3'500u);
}

TEST(FlushQueue, TheThresholdIs256PerTimeout) {
  const auto full_flushes = [](Ps gap_ps) {
    FlushQueue queue(params());
    Sink sink;
    mean_staleness_ms(queue, sink, ps_per_s, [gap_ps] { return gap_ps; });
    return queue.full_flushes();
  };
  EXPECT_EQ(full_flushes(10 * ps_per_ms / 250), 0u);
  EXPECT_GT(full_flushes(10 * ps_per_ms / 260), 90u);
}

}  // namespace
}  // namespace poolrace::models
