// SPDX-License-Identifier: MIT
// Addresses and signatures are in hex, counts in decimal, and what is negative is so.
#include "experiments/text/value_text.hpp"

#include <gtest/gtest.h>

#include "models/address_sites.hpp"

namespace poolrace::experiments {
namespace {

TEST(ValueText, EverySiteOfAnAddressIsInHex) {
  for (const sim::Site& site : models::address_sites)
    EXPECT_EQ(value_text(site.text(), 4096), "0x1000") << site.text();
  EXPECT_EQ(value_text("put: read dma_addr", 64), "0x40");
  EXPECT_EQ(value_text("map: store index in pp_magic", 64), "0x40");
}

TEST(ValueText, TheRestIsInDecimalAndSigned) {
  EXPECT_EQ(value_text("dma: clean to PoC done", 4096), "4096");
  EXPECT_EQ(value_text("dma: map", ~std::uint64_t{0}), "-1");
  EXPECT_EQ(value_text("napi_complete: clear list_owner", ~std::uint64_t{0}), "-1");
  EXPECT_EQ(value_text("dma: clean to PoC done", 0x1'0000'0000), "0x100000000");
}

}  // namespace
}  // namespace poolrace::experiments
