// SPDX-License-Identifier: MIT
// The native world as pool/parity.hpp wants it.
#pragma once

#include <memory>

#include "pool/native/platform.hpp"
#include "pool/parity.hpp"

namespace poolrace::pool::native {

class ParityWorld {
 public:
  using P = NativePlatform;

  ParityWorld() { napi_.sched.poke(true); }
  ~ParityWorld() {
    for (std::thread& thread : threads_) thread.join();
    p_.worker.cancel_all();
  }
  ParityWorld(const ParityWorld&) = delete;
  ParityWorld& operator=(const ParityWorld&) = delete;

  void run(const parity::Body& body) { body(); }
  void softirq(const parity::Body& body) {
    const SoftirqScope softirq;
    body();
  }
  void bh_off(const parity::Body& body) {
    const BhOffScope bh_off;
    body();
  }
  void later(const parity::Body& body) {
    threads_.emplace_back([this, body] {
      const ThreadScope thread(1);
      p_.msleep("test: the stack holds the page", 5000);
      body();
    });
  }
  void sleep_ms(std::int64_t ms) { p_.msleep("test: wait", ms); }
  Pool<Page>& make(const char* variant, const PoolParams& params, const Limits& limits) {
    pools_.push_back(make_pool(variant, p_, device_, &napi_, params, limits));
    return *pools_.back();
  }
  P& platform() { return p_; }
  Napi& napi() { return napi_; }
  [[nodiscard]] unsigned freed_pools() const {
    return static_cast<unsigned>(pools_.size()) - static_cast<unsigned>(p_.live_pools());
  }
  [[nodiscard]] std::size_t live_mappings() const { return p_.dma.live(); }
  [[nodiscard]] std::size_t pages_in_use() const { return p_.pages.in_use(); }
  [[nodiscard]] std::uint64_t reports(std::string_view kind) const {
    for (std::size_t i = 0; i < kind_count; ++i)
      if (kind == kind_names[i]) return p_.reports.count(static_cast<Kind>(i));
    std::abort();  // no such kind
  }
  [[nodiscard]] bool warned(const char* sentence) const {
    return p_.reports.warnings().contains(sentence);
  }

 private:
  ThreadScope thread_{0};
  P p_;
  Device device_{p_.reports};
  Napi napi_{p_.reports};
  std::vector<std::unique_ptr<Pool<Page>>> pools_;
  std::vector<std::thread> threads_;
};

}  // namespace poolrace::pool::native
