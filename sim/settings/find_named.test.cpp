// SPDX-License-Identifier: MIT
// A row is found by its name, in any kind of table; an unknown name is told where, what and which.
#include "sim/settings/find_named.hpp"

#include <gtest/gtest.h>

#include <span>

namespace poolrace::sim {
namespace {

struct Row {
  const char* name;
  int value;
};
constexpr Row rows[] = {{"scan", 1}, {"stall", 2}, {"wait", 3}};

std::string refused(std::string_view where, std::string_view what, std::string_view name) {
  try {
    find_named(rows, where, what, name);
  } catch (const ConfigError& error) {
    return error.what();
  }
  return "";
}

TEST(FindNamed, GivesTheRowItself) {
  EXPECT_EQ(&find_named(rows, "here", "variant", "stall"), &rows[1]);
  const std::span<const Row> span = rows;
  EXPECT_EQ(&find_named(span, "here", "variant", std::string("wait")), &rows[2]);
  struct Titled {
    std::string name;
  };
  const std::vector<Titled> titled{{"a"}, {"b"}};
  EXPECT_EQ(&find_named(titled, "here", "title", "b"), &titled[1]);
}

TEST(FindNamed, TellsTheNearestOrAllThatIsAllowed) {
  EXPECT_EQ(refused("seed-race.ini:3", "variant", "scam"),
            "seed-race.ini:3: unknown variant 'scam' (nearest: scan)");
  EXPECT_EQ(refused("poolrace run", "variant", "quux"),
            "poolrace run: unknown variant 'quux'; allowed: scan, stall, wait");
  EXPECT_EQ(refused("", "variant", "scam"), "unknown variant 'scam' (nearest: scan)");
  EXPECT_EQ(refused("here", "variant", ""), "here: unknown variant ''; allowed: scan, stall, wait");
}

TEST(FindNamed, PointsToTheListWhereATableIsLong) {
  struct Numbered {
    std::string name;
  };
  std::vector<Numbered> many;
  for (int i = 0; i < 30; ++i) many.push_back({"row-number-" + std::to_string(i)});
  try {
    find_named(many, "here", "row", "zzz");
    FAIL() << "no row is called zzz";
  } catch (const ConfigError& error) {
    EXPECT_STREQ(error.what(), "here: unknown row 'zzz'; see poolrace list rows");
  }
}

}  // namespace
}  // namespace poolrace::sim
