// SPDX-License-Identifier: MIT
// `PagePool<P>` on the smallest Platform: the life of a pool, and the bug that this house is about.
// Two pages go to the stack; one comes back in time, the other after the driver has left.  The pool
// takes it, and its worker unmaps it later through a device that has no driver.
#include "pool/examples/smallest_platform.hpp"

using namespace poolrace::pool;
using example::Smallest;

int main() {
  Smallest machine;
  Smallest::Device device;
  Smallest::Napi napi;
  const PoolParams params{.flags = pp_flag_dma_map, .pool_size = 4};
  const Limits limits{.alloc_cache = 4, .refill = 2};
  PagePool<Smallest> pool(machine, device, &napi, params, limits);
  pool.open();

  const auto in_time = pool.alloc_pages();
  const auto late = pool.alloc_pages();
  std::printf("two pages are with the stack: in flight %d\n", pool.peek_inflight());

  std::printf("put one:\n");
  Smallest::told = true;  // every access of the pool, by its site
  pool.put_full_page(in_time, false);
  Smallest::told = false;
  std::printf("it waits in the ring: %zu there\n", pool.peek_ring().size());

  std::printf("destroy:\n");
  pool.destroy();
  std::printf("in flight %d, so the pool stays and looks again\n", pool.peek_inflight());

  device.bound = false;
  std::printf("the driver has gone; put the other:\n");
  pool.put_full_page(late, false);

  std::printf("the worker looks, at %lld ms:\n", static_cast<long long>(machine.now_ms()));
  machine.due->run();
}
