// SPDX-License-Identifier: MIT
// The published test vectors of FNV-1a, and that a site's id is one of its hashes.
#include "sim/hash.hpp"

#include <gtest/gtest.h>

#include "sim/site.hpp"

namespace poolrace::sim {
namespace {

TEST(Hash, GivesThePublishedVectors) {
  EXPECT_EQ(fnv1a_32(""), 0x811c9dc5u);
  EXPECT_EQ(fnv1a_32("a"), 0xe40c292cu);
  EXPECT_EQ(fnv1a_32("foobar"), 0xbf9cf968u);
  EXPECT_EQ(fnv1a_64(""), 0xcbf29ce484222325u);
  EXPECT_EQ(fnv1a_64("a"), 0xaf63dc4c8601ec8cu);
  EXPECT_EQ(fnv1a_64("foobar"), 0x85944171f73967e8u);
}

TEST(Hash, TakesBytesAboveAsciiAsUnsigned) {
  EXPECT_EQ(fnv1a_64("\xff"), (0xcbf29ce484222325u ^ 0xffu) * 0x100000001b3u);
  EXPECT_EQ(fnv1a_32("\xff"), (0x811c9dc5u ^ 0xffu) * 0x01000193u);
}

TEST(Hash, NamesSites) {
  static_assert(Site("read dma_sync").id() == fnv1a_32("read dma_sync"));
}

}  // namespace
}  // namespace poolrace::sim
