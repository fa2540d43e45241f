// SPDX-License-Identifier: MIT
#include "experiments/bench/hw_table.hpp"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

namespace poolrace::experiments {
namespace {

HwTable two_rows() {
  HwTable table;
  table.title = "Title";
  table.measured = "Measured.";
  table.elsewhere = "a tool.";
  table.row_axis = "CPUs";
  table.columns = {{"strict", "ns", "%.1f"}, {"lazy", "thousand/s", "%.0f"}};
  table.rows = {{"1", {12.34, 5.0}}, {"16", {1234.5, std::nullopt}}};
  return table;
}

TEST(HwTable, CellsStandUnderTheirColumns) {
  EXPECT_EQ(hw_table_text(two_rows()),
            "Title\nMeasured.\nOn a real machine: a tool.\n\n"
            "CPUs  strict        lazy\n"
            "          ns  thousand/s\n"
            "1       12.3           5\n"
            "16    1234.5           —\n");
}

TEST(HwTable, JsonIsARowACellAndNullWhereThereIsNone) {
  const nlohmann::ordered_json json = hw_table_json(two_rows());
  ASSERT_EQ(json.at("rows").size(), 4u);
  EXPECT_EQ(json.at("rows")[2],
            (nlohmann::ordered_json{
                {"row", "16"}, {"column", "strict"}, {"value", 1234.5}, {"unit", "ns"}}));
  EXPECT_TRUE(json.at("rows")[3].at("value").is_null());
}

TEST(HwTable, LongSentencesAreWrapped) {
  HwTable table = two_rows();
  table.measured = std::string(90, 'x') + " " + std::string(20, 'y');
  EXPECT_NE(hw_table_text(table).find("x\ny"), std::string::npos);
}

}  // namespace
}  // namespace poolrace::experiments
