// SPDX-License-Identifier: MIT
// Forms that people's files have are taken, those that would be read wrong are named.
#include "sim/settings/csv_reader.hpp"

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "sim/errors.hpp"

namespace poolrace::sim {
namespace {

using namespace std::string_literals;
using Table = std::vector<std::vector<std::string>>;

Table table_of(const std::string& text) {
  CsvReader reader(file_of(text), "file F", "a table");
  Table rows{reader.names()};
  for (std::vector<std::string> cells; reader.next(cells);) rows.push_back(cells);
  return rows;
}

std::string error_of(const auto& what) {
  try {
    what();
    return "no error";
  } catch (const ConfigError& error) {
    return error.what();
  }
}

std::string table_error(const std::string& text) {
  return error_of([&] { table_of(text); });
}

TEST(CsvReader, TakesHarmlessForms) {
  const Table plain{{"a", "b"}, {"1", "2"}, {"3", "4"}};
  for (const std::string& text :
       {"a,b\n1,2\n3,4\n"s, "\xef\xbb\xbf"s + "a,b\r\n1,2\r\n3,4\r\n", "a, b\n 1,\t2 \n3 , 4\n"s,
        "a,b\n1,2\n\n3,4\n\n \n\r\n"s, "\"a\",\"b\"\n\"1\" , \"2\"\n3,\"4\"\n"s,
        "a\tb\n1\t2\n3\t4\n"s, "a;b\n1;2\n3; 4\n"s, "a|b\n1|2\n3|4\n"s, "a b\n1   2 \n 3 4\n"s,
        "\n\na,b\n1,2\n3,4\n"s})
    EXPECT_EQ(table_of(text), plain) << text;
}

TEST(CsvReader, QuotedCellsHoldAnything) {
  EXPECT_EQ(table_of("a,b\n\"1,\"\"x\"\"\",\"two\nlines\"\n\"\",\n"),
            (Table{{"a", "b"}, {"1,\"x\"", "two\nlines"}, {"", ""}}));
  EXPECT_EQ(table_of("\"a,b\"\tc\n1\t\n"), (Table{{"a,b", "c"}, {"1", ""}}));
  EXPECT_EQ(table_of("one\n\"\"\n2\n"), (Table{{"one"}, {""}, {"2"}}));
}

TEST(CsvReader, SaysWhatIsWrongAndOnWhichLine) {
  EXPECT_EQ(table_error(""), "file F: is empty; allowed: a table");
  EXPECT_EQ(table_error("\n \n"), "file F: is empty; allowed: a table");
  EXPECT_EQ(table_error("a,b\n1,2\n3,4"),
            "file F line 3: does not end in a newline, so the file may have been cut short; "
            "allowed: lines that all end in one");
  EXPECT_EQ(table_error("a,b\n\n1\n"),
            "file F line 3: has 1 cell; allowed: 2, as the line of names has");
  EXPECT_EQ(table_error("a,b\n1,2,\n"),
            "file F line 2: has 3 cells; allowed: 2, as the line of names has");
  EXPECT_EQ(table_error("a,b\n1,2\n\"3,\n4\n"), "file F line 3: opens a quote that nothing closes");
  EXPECT_EQ(table_error("a,b\n\"1\"x,2\n"),
            "file F line 2: has text behind a closing quote; allowed: \"\" for a quote inside "
            "quotes");
  EXPECT_EQ(table_error("a,b\n1,\0\n"s),
            "file F line 2: holds a byte \\x00; this is no text file, or a damaged one; allowed: "
            "text in UTF-8");
  EXPECT_EQ(table_error("a,b\r1,2\n"),
            "file F line 1: holds a byte \\r; this is no text file, or a damaged one; allowed: "
            "text in UTF-8");
  EXPECT_EQ(table_error("a,b\n1,M\xfcller\n"),
            "file F line 2: is not UTF-8; allowed: text in UTF-8 (iconv converts it)");
  EXPECT_EQ(table_error("a,b\n" + std::string(2'000'000, 'x')),
            "file F line 2: is over 1 MiB long; allowed: up to that much a line");
}

TEST(InputFile, WhatIsNoTextIsNamed) {
  EXPECT_EQ(table_error("\x1f\x8b\x08\0"s),
            "file F: is gzip (gunzip unpacks it); allowed: a table");
  EXPECT_EQ(table_error("\xff\xfe"s + "a\0,\0"s),
            "file F: is text in UTF-16 (save it as UTF-8); allowed: a table");
  EXPECT_EQ(table_error("a\0,\0b\0\n\0"s),
            "file F: is text in UTF-16 (save it as UTF-8); allowed: a table");
  EXPECT_EQ(table_error("SQLite format 3\0"s), "file F: is an SQLite database; allowed: a table");
  EXPECT_EQ(table_error("\x7f"s + "ELF"), "file F: is a program (ELF); allowed: a table");
  EXPECT_EQ(table_error("\x0a\x0d\x0d\x0a"), "file F: is a pcapng capture; allowed: a table");
  EXPECT_EQ(table_error(std::string(100, '\0')),
            "file F: is no text (its bytes are 0); allowed: a table");
}

TEST(InputFile, OnlyRegularFilesAreRead) {
  const auto error = [](const std::string& path) {
    return error_of([&] { open_input(path, "F"); });
  };
  const std::string allowed = "; allowed: a regular file", pipe = testing::TempDir() + "pipe";
  EXPECT_EQ(error("/dev/zero"), "F: is a device" + allowed);
  EXPECT_EQ(error("/"), "F: is a directory" + allowed);
  EXPECT_EQ(error("no/such"), "F: cannot be read (No such file or directory)");
  EXPECT_EQ(error("a\0b"s), "F: no name of a file has \\0");
  ASSERT_EQ(::mkfifo(pipe.c_str(), 0600), 0);
  EXPECT_EQ(error(pipe),
            "F: is a pipe, which can be read once only (save what it says in a file)" + allowed);
  ::unlink(pipe.c_str());
}

TEST(InputFile, TextHasALimit) {
  const std::string path = testing::TempDir() + "big";
  std::ofstream(path) << "text";
  EXPECT_EQ(read_text(path, "F"), "text");
  std::filesystem::resize_file(path, 20 << 20);  // of 0s, which nobody looks at
  EXPECT_EQ(error_of([&] { read_text(path, "F"); }), "F: is over 16 MiB; allowed: up to that much");
  ::unlink(path.c_str());
}

}  // namespace
}  // namespace poolrace::sim
