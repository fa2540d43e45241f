// SPDX-License-Identifier: MIT
#include "sim/settings/escaped.hpp"

#include <gtest/gtest.h>

#include "sim/errors.hpp"
#include "sim/utf8.hpp"

namespace poolrace::sim {
namespace {

using namespace std::string_literals;

TEST(Escaped, OnlyWhatMustBe) {
  EXPECT_EQ(escaped("put: read dma_sync=1,5 'é'"), "put: read dma_sync=1,5 'é'");
  EXPECT_EQ(escaped(" a;b%c\n\xff "), "%20a%3Bb%25c%0A%FF%20");
  EXPECT_EQ(escaped(" "), "%20");
  EXPECT_EQ(escaped(""), "");
}

TEST(Escaped, EveryByteComesBack) {
  std::string all;
  for (int c = 0; c < 256; ++c) all += static_cast<char>(c);
  for (const std::string& value : {all, "\xe2\x82\xac \xe2\x82 "s, "%41"s, "a b"s}) {
    EXPECT_TRUE(is_utf8(escaped(value)));
    EXPECT_EQ(escaped(value).find_first_of("\n;"), std::string::npos);
    EXPECT_EQ(unescaped(escaped(value), "here"), value);
  }
  EXPECT_EQ(unescaped("%4a%4B", "here"), "JK");
}

TEST(Escaped, WhatIsNoneIsRefused) {
  for (const char* bad : {"%", "a%4", "%zz", "%4z", "%%41"})
    EXPECT_THROW(unescaped(bad, "here"), ConfigError) << bad;
}

}  // namespace
}  // namespace poolrace::sim
