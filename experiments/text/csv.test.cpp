// SPDX-License-Identifier: MIT
#include "experiments/text/csv.hpp"

#include <gtest/gtest.h>

#include "experiments/text/numbers.hpp"
#include "sim/settings/csv_reader.hpp"

namespace poolrace::experiments {
namespace {

using Row = std::vector<std::string>;

TEST(Csv, QuotesOnlyWhatMustBe) {
  EXPECT_EQ(csv_row({"a b", "", "é", "x;y"}), "a b,,é,x;y\n");
  EXPECT_EQ(csv_row({"a,b", "say \"x\"", "two\nlines", " x"}),
            "\"a,b\",\"say \"\"x\"\"\",\"two\nlines\",\" x\"\n");
  EXPECT_EQ(csv_row({""}), "\"\"\n");
}

TEST(Csv, HostileNamesComeBack) {
  const Row names{"plain",
                  "a,b",
                  "\"",
                  "\"\"",
                  "a\nb",
                  "\n",
                  " ",
                  "a'; touch PWNED; '.ini",
                  ",;\t|",
                  std::string(2000, 'x'),
                  "scan\nvariant=xarray",
                  "",
                  "\xef\xbb\xbfx"};
  for (const Row& row : {names, Row(names.rbegin(), names.rend())}) {
    std::string table = csv_row(Row(row.size(), "name"));
    for (int i = 0; i < 3; ++i) table += csv_row(row);
    sim::CsvReader reader(sim::file_of(table), "F", "a table");
    Row back;
    for (int i = 0; i < 3; ++i) {
      ASSERT_TRUE(reader.next(back));
      EXPECT_EQ(back, row);
    }
    EXPECT_FALSE(reader.next(back));
  }
}

TEST(Csv, NothingIsCutAtABuffersEnd) {
  EXPECT_EQ(format("%s,%d\n", std::string(600, 'x').c_str(), 7), std::string(600, 'x') + ",7\n");
  EXPECT_EQ(format("%0511d", 1).size(), 511U);
  EXPECT_EQ(format("%0512d", 1).size(), 512U);
}

}  // namespace
}  // namespace poolrace::experiments
