// SPDX-License-Identifier: MIT
#include "pool/native/stress.hpp"

#include <algorithm>
#include <barrier>
#include <optional>
#include <random>
#include <thread>

#include "pool/native/platform.hpp"
#include "pool/native/tree_pool.hpp"
#include "pool/variant.hpp"

namespace poolrace::pool::native {

namespace {

constexpr int pages_each = 12;  // more than the ring below holds of three putters
constexpr Limits small{.alloc_cache = 16, .refill = 8, .ring = 16, .ring_batch = 4};

// Sometimes the processor goes to another thread, so that one processor for all mixes them too.
void pause(std::minstd_rand& random, std::uint32_t turns) {
  if (random() % 4 == 0) std::this_thread::yield();
  turns = random() % turns;
  for (std::uint32_t i = 0; i < turns; ++i) std::atomic_signal_fence(std::memory_order_seq_cst);
}

// Yields late: a wake-up takes longer than what is waited for.
template <class Done>
void spin_until(Done done) {
  for (int i = 1; !done(); ++i)
    if (i % 2000 == 0) std::this_thread::yield();
}

class Stress {
 public:
  // Of the tree that is compiled in that folder, or else of the variant.
  Stress(std::string_view variant, const std::string& folder, int putters, std::uint64_t seed)
      : variant_(variant),
        tree_(folder.empty() ? nullptr : std::make_unique<TreeWorld>(folder, p_)),
        batches_(static_cast<std::size_t>(putters)),
        line_up_(putters + 1) {
    for (int i = 0; i < putters; ++i)
      threads_.emplace_back([this, i, seed] { putter(i, seed * 31 + static_cast<unsigned>(i)); });
  }

  StressResult run(double seconds, std::uint64_t seed, Reports& reports) {
    const ThreadScope thread(0);
    std::minstd_rand random(static_cast<std::uint32_t>(seed) + 1);
    const auto end = std::chrono::steady_clock::now() + std::chrono::duration<double>(seconds);
    StressResult result;
    while (std::chrono::steady_clock::now() < end) round(random, result);
    ending_ = true;
    line_up_.arrive_and_wait();
    for (std::thread& putter : threads_) putter.join();
    result.puts_during_destroy = during_;
    for (std::size_t i = 0; i < kind_count; ++i)
      reports.add(static_cast<Kind>(i), p_.reports.count(static_cast<Kind>(i)));
    for (const auto& [sentence, times] : p_.reports.warnings()) reports.warn(sentence.c_str());
    return result;
  }

 private:
  void round(std::minstd_rand& random, StressResult& result) {
    Device device(p_.reports);
    Napi napi(p_.reports);
    const auto pool = make(device, napi);
    pool_ = pool.get();
    {
      const SoftirqScope softirq;
      for (auto& batch : batches_)
        for (int i = 0; i < pages_each; ++i)
          if (Page page = pool->alloc_pages()) batch.push_back(page);
    }
    napi.sched.poke(true);  // as napi_disable leaves it
    line_up_.arrive_and_wait();
    spin_until([&] { return ready_ == batches_.size(); });
    ready_ = 0;
    done_ = 0;
    go_ = ++rounds_;
    // destroy begins somewhere among the puts, after none of them or all but one.
    const std::size_t after = random() % std::max<std::size_t>(1, batches_.size() * pages_each);
    spin_until([&] { return done_ >= after; });
    pause(random, 1000);
    destroying_ = true;
    pool->destroy();
    destroying_ = false;
    device.bound = false;  // the driver lets go; what comes now is late
    line_up_.arrive_and_wait();
    clean_up(result);
  }

  std::unique_ptr<Pool<Page>> make(Device& device, Napi& napi) {
    if (tree_ != nullptr) return std::make_unique<TreePool>(*tree_, device, PoolParams{}, small);
    return make_pool(variant_, p_, device, &napi, PoolParams{}, small);
  }

  // Nobody else is about any more but the worker.
  void clean_up(StressResult& result) {
    for (int i = 0; p_.live_pools() != 0 && i < 100; ++i) p_.msleep("stress: wait", 1000);
    p_.worker.cancel_all();
    ++result.rounds;
    result.stuck_pools += p_.live_pools() != 0;
    result.stuck_pages += p_.pages.in_use();
    result.stuck_mappings += p_.dma.live();
    if (p_.live_pools() != 0 || p_.pages.in_use() != 0 || p_.dma.live() != 0)
      p_.reports.add(Kind::leak);
    p_.forget_pools();
    p_.pages.reset();
    p_.dma.reset();
  }

  void putter(int number, std::uint64_t seed) {
    const ThreadScope thread(number + 1);
    std::minstd_rand random(static_cast<std::uint32_t>(seed) + 1);
    auto& batch = batches_[static_cast<std::size_t>(number)];
    for (std::uint64_t turn = 1;;) {
      line_up_.arrive_and_wait();
      if (ending_) return;
      // Waking from the barrier takes longer than destroy: all start from a spin.
      ++ready_;
      spin_until([&] { return go_ == turn; });
      ++turn;
      for (Page page : batch) {
        pause(random, 20'000);
        const bool before = destroying_;
        put(number % 3, page);
        ++done_;
        if (before && destroying_) during_.fetch_add(1, std::memory_order_relaxed);
      }
      batch.clear();
      line_up_.arrive_and_wait();
    }
  }

  void put(int context_class, Page page) {
    std::optional<BhOffScope> bh_off;
    std::optional<SoftirqScope> softirq;
    if (context_class == 1) bh_off.emplace();
    if (context_class == 2) softirq.emplace();
    pool_->put_full_page(page, false);
  }

  std::string_view variant_;
  NativePlatform p_{NativeSetup{.frames = 256, .yields = true}};
  std::unique_ptr<TreeWorld> tree_;
  Pool<Page>* pool_ = nullptr;
  std::vector<std::vector<Page>> batches_;
  std::barrier<> line_up_;
  std::atomic<bool> destroying_{false}, ending_{false};
  std::atomic<std::uint64_t> during_{0}, go_{0};
  std::atomic<std::size_t> ready_{0}, done_{0};
  std::uint64_t rounds_ = 0;
  std::vector<std::thread> threads_;
};

}  // namespace

StressResult run_stress(std::string_view variant, double seconds, int putters, std::uint64_t seed,
                        Reports& reports) {
  return Stress(variant, "", putters, seed).run(seconds, seed, reports);
}

StressResult run_stress_of_tree(const std::string& folder, double seconds, int putters,
                                std::uint64_t seed, Reports& reports) {
  return Stress("", folder, putters, seed).run(seconds, seed, reports);
}

}  // namespace poolrace::pool::native
