// SPDX-License-Identifier: MIT
#include "models/skb.hpp"

#include "models/checker/checker.hpp"
#include "models/memory/pages.hpp"

namespace poolrace::models {

void skb_put_page(SimPool& any, Checker& checker, Page page) {
  if (any.skb_put_page(page)) return;
  checker.report(Kind::page_use_after_free, Harm::crash, "skb free: read page owner",
                 "page allocator: free", page.frame().id);
}

}  // namespace poolrace::models
