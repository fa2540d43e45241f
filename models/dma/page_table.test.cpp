// SPDX-License-Identifier: MIT
#include "models/dma/page_table.hpp"

#include <gtest/gtest.h>

#include "sim/errors.hpp"

namespace poolrace::models {
namespace {

TEST(PageTable, MapLookupUnmap) {
  PageTable table(4096);
  EXPECT_FALSE(table.lookup(address_of(7)).present);
  ASSERT_TRUE(table.map(address_of(7), 42, 1000, 0));
  const Pte pte = table.lookup(address_of(7) + 123);
  EXPECT_TRUE(pte.present);
  EXPECT_EQ(pte.frame, 42u);
  EXPECT_EQ(pte.pfn, 1000u);
  EXPECT_EQ(table.live(), 1u);
  const Pte was = table.unmap(address_of(7));
  EXPECT_TRUE(was.present);
  EXPECT_EQ(was.frame, 42u);
  EXPECT_FALSE(table.lookup(address_of(7)).present);
  EXPECT_EQ(table.live(), 0u);
  EXPECT_FALSE(table.unmap(address_of(7)).present) << "a second time there is nothing";
  EXPECT_EQ(table.live(), 0u);
}

TEST(PageTable, AnOrderIsOneMappingOfManyPages) {
  PageTable table(4096);
  ASSERT_TRUE(table.map(address_of(508), 5, 800, 3));  // crosses from one table into the next
  for (std::uint32_t i = 0; i < 8; ++i) {
    const Pte pte = table.lookup(address_of(508 + i));
    EXPECT_EQ(pte.frame, 5u);
    EXPECT_EQ(pte.pfn, 800 + i);
    EXPECT_EQ(pte.page, i);
    EXPECT_EQ(pte.order, 3u);
  }
  EXPECT_FALSE(table.lookup(address_of(507)).present);
  EXPECT_FALSE(table.lookup(address_of(516)).present);
  EXPECT_EQ(table.live(), 1u);
  EXPECT_FALSE(table.unmap(address_of(509)).present) << "not the first page of a mapping";
  EXPECT_TRUE(table.lookup(address_of(509)).present);
  EXPECT_TRUE(table.unmap(address_of(508)).present);
  for (std::uint32_t i = 0; i < 8; ++i) EXPECT_FALSE(table.lookup(address_of(508 + i)).present);
}

TEST(PageTable, RefusesToMapOverALiveEntry) {
  PageTable table(4096);
  ASSERT_TRUE(table.map(address_of(10), 1, 100, 0));
  EXPECT_FALSE(table.map(address_of(8), 2, 200, 2));
  EXPECT_FALSE(table.lookup(address_of(8)).present) << "nothing of the refused mapping is left";
  EXPECT_EQ(table.lookup(address_of(10)).frame, 1u);
  EXPECT_EQ(table.live(), 1u);
}

TEST(PageTable, OutsideTheSpace) {
  PageTable table(4096);
  EXPECT_FALSE(table.lookup(address_of(4096)).present);
  EXPECT_FALSE(table.lookup(~Iova{0}).present);
  EXPECT_FALSE(table.unmap(address_of(1u << 30)).present);
  EXPECT_THROW(table.map(address_of(4095), 1, 1, 1), InternalError);
  EXPECT_THROW(table.map(address_of(4) + 1, 1, 1, 0), InternalError);
}

}  // namespace
}  // namespace poolrace::models
