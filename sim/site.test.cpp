// SPDX-License-Identifier: MIT
#include "sim/site.hpp"

#include <gtest/gtest.h>

#include <string>

namespace poolrace::sim {
namespace {

TEST(Site, MadeAtRunTimeIsTheOneThatTheCompilerMakes) {
  constexpr Site compiled = "put: read dma_sync";
  std::string text = "put: read dma";
  text += "_sync";
  const Site made = Site::interned(text);
  text.assign(text.size(), '?');  // its own copy is what it keeps
  EXPECT_STREQ(made.text(), compiled.text());
  EXPECT_EQ(made.id(), compiled.id());
}

TEST(Site, OneTextIsInternedOnce) {
  const Site first = Site::interned("pool.c:88 write pool.dma_sync");
  for (int line = 0; line < 1000; ++line)  // others come, it stays where it is
    Site::interned("pool.c:" + std::to_string(line));
  const Site again = Site::interned(std::string("pool.c:88 write pool.dma_sync"));
  EXPECT_EQ(first.text(), again.text());
  EXPECT_EQ(first.id(), again.id());
  EXPECT_NE(first.id(), Site::interned("pool.c:88").id());
}

}  // namespace
}  // namespace poolrace::sim
