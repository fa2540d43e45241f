// SPDX-License-Identifier: MIT
// The last reference to an skb goes, and with it its page: to the pool that the page names.
#pragma once

#include "models/variants.hpp"

namespace poolrace::models {

class Checker;

// `any`: a pool of the machine, whichever.  A page that has lost its owner is no pool page any
// more, and following the NULL is the crash.
void skb_put_page(SimPool& any, Checker& checker, Page page);

}  // namespace poolrace::models
