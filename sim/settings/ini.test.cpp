// SPDX-License-Identifier: MIT
// What an INI file may look like, and that every other one is refused by file and line.
#include "sim/settings/ini.hpp"

#include <gtest/gtest.h>

#include "sim/errors.hpp"

namespace poolrace::sim {
namespace {

std::string error_of(std::string_view text) {
  try {
    parse_ini(text, "scenario file x.ini");
  } catch (const ConfigError& error) {
    return error.what();
  }
  return "no error";
}

TEST(Ini, KeysThatMayRepeat) {
  const IniFile file = parse_ini("a = 1\na = 2\nb = 3\n", "x", {"a"});
  ASSERT_EQ(file.entries.size(), 3U);
  EXPECT_EQ(file.entries[1].value, "2");
  EXPECT_THROW(parse_ini("a = 1\nb = 1\nb = 3\n", "x", {"a"}), ConfigError);
}

TEST(Ini, ReadsNamesValuesAndLines) {
  const IniFile file = parse_ini(
      "\xef\xbb\xbf# a comment\n\n[the machine]\r\n  load_mpps = 0.5  # half\nhelp=a = "
      "b\r\n\nempty=\n",
      "x");
  ASSERT_EQ(file.entries.size(), 3u);
  EXPECT_EQ(file.entries[0].key, "load_mpps");
  EXPECT_EQ(file.entries[0].value, "0.5");
  EXPECT_EQ(file.entries[0].line, 4);
  EXPECT_EQ(file.entries[1].value, "a = b");
  EXPECT_EQ(file.entries[2].value, "");
  EXPECT_EQ(file.where(file.entries[2]), "x line 7");
  EXPECT_TRUE(parse_ini("", "empty").entries.empty());
}

TEST(Ini, TakesKeysThatAreNoParameters) {
  IniFile file = parse_ini("a=1\nprofile=arm64-soc\nb=2\n", "x");
  const auto profile = file.take("profile");
  ASSERT_TRUE(profile.has_value());
  EXPECT_EQ(profile->value, "arm64-soc");
  EXPECT_EQ(profile->line, 2);
  EXPECT_FALSE(file.take("profile").has_value());
  ASSERT_EQ(file.entries.size(), 2u);
  EXPECT_EQ(file.entries[1].key, "b");
}

TEST(Ini, ErrorsNameFileAndLine) {
  EXPECT_EQ(error_of("a=1\n\nhold_med\n"),
            "scenario file x.ini line 3: 'hold_med' is not 'name = value'");
  EXPECT_EQ(error_of("a=1\n[h]\na=1\n"),
            "scenario file x.ini line 3: 'a' is given twice (first on line 1)");
  EXPECT_EQ(error_of("[oops\n"), "scenario file x.ini line 1: a [heading] must end in ']'");
  EXPECT_EQ(
      error_of("[a]\nx=1\n[b]\ny=1\n"),
      "scenario file x.ini line 3: '[b]' is a second heading (first on line 1), and both parts "
      "would count; allowed: one [heading] at most");
  EXPECT_EQ(error_of("# M\xfcller\na=\xfc\n"),
            "scenario file x.ini line 2: 'a=\\xfc' is not UTF-8");
  EXPECT_EQ(error_of("= 3\n"), "scenario file x.ini line 1: a name is missing before '='");
  EXPECT_NE(error_of(std::string_view("a=1\0\n", 5)).find("line 1: holds a control"),
            std::string::npos);
  EXPECT_NE(error_of("a=1\nload_mpps=0.").find("line 2: the last line does not end"),
            std::string::npos);
}

}  // namespace
}  // namespace poolrace::sim
