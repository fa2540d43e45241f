// SPDX-License-Identifier: MIT
#include "models/memory/use_after_free.hpp"

#include "sim/errors.hpp"

namespace poolrace::models {

void report_use_after_free(Checker& checker, const Region& region, sim::Site site) {
  switch (region.kind()) {
    case Region::pool:
      return checker.report(Kind::pool_use_after_free, Harm::corruption, site.text(),
                            "page_pool_destroy: kfree");
    case Region::device:
      // Reading a flag of freed memory follows no pointer; the DMA calls that do are in dma_check.
      return checker.report(Kind::device_use_after_free, Harm::none, site.text(),
                            "last put_device");
    case Region::napi:
      return checker.report(Kind::napi_use_after_free, Harm::corruption, site.text(),
                            "netif_napi_del");
    case Region::tracker:
      return checker.report(Kind::tracker_corruption, Harm::crash, site.text(), "tracker: kfree");
    case Region::other:
      fail_check("only structs with a lifetime are freed", __FILE__, __LINE__);
  }
}

}  // namespace poolrace::models
