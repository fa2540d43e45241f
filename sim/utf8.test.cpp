// SPDX-License-Identifier: MIT
#include "sim/utf8.hpp"

#include <gtest/gtest.h>

#include "sim/errors.hpp"

namespace poolrace::sim {
namespace {

using namespace std::string_literals;

TEST(Utf8, WhatIsWellFormed) {
  for (const char* good : {"", "a", "é", "€", "𝄞", "\x7f", "\xed\x9f\xbf", "\xf4\x8f\xbf\xbf"})
    EXPECT_TRUE(is_utf8(good)) << good;
  for (const char* bad : {"\x80", "\xc3", "\xc0\xaf", "\xe0\x80\xaf", "\xed\xa0\x80",
                          "\xf4\x90\x80\x80", "\xf8\x88\x80\x80\x80", "\xff", "a\xe2\x82z"})
    EXPECT_FALSE(is_utf8(bad)) << printable(bad);
}

TEST(Utf8, WhatIsPrintedIsOneHarmlessLine) {
  EXPECT_EQ(printable("plain 'text' \\ é€𝄞"), "plain 'text' \\ é€𝄞");
  EXPECT_EQ(printable("a\0b\n\r\t\x1b[2J\x7f"s), "a\\x00b\\n\\r\\x09\\x1b[2J\\x7f");
  EXPECT_EQ(printable("\xff\xe2\x82z \xc2\x9b"), "\\xff\\xe2\\x82z \\xc2\\x9b");
  const std::string once = printable("\xff\n\0"s);
  EXPECT_EQ(printable(once), once);
}

// what() ends at a NUL, and Python takes nothing but UTF-8.
TEST(Utf8, AnErrorHoldsAllOfWhatItQuotes) {
  EXPECT_STREQ(ConfigError("file 'a\0b\n\xff': bad"s).what(), "file 'a\\x00b\\n\\xff': bad");
  EXPECT_STREQ(InternalError("file 'a\0b': bad"s).what(), "file 'a\\x00b': bad");
}

}  // namespace
}  // namespace poolrace::sim
