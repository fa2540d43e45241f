// SPDX-License-Identifier: MIT
// The pool of world `timed` with its insides, which its own tests ask for.  Compiled in pools.cpp,
// not by those who include this.
#pragma once

#include "models/platform.hpp"
#include "pool/page_pool.hpp"

extern template class poolrace::pool::PagePool<poolrace::models::SimPlatform>;
