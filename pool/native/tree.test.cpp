// SPDX-License-Identifier: MIT
#include "pool/native/tree.hpp"

#include <gtest/gtest.h>

#include <cstdio>

#include "pool/native/bench.hpp"
#include "pool/native/tree_fixture.hpp"

namespace poolrace::pool::native {
namespace {

using linux_tree::Target;

class NativeTree : public testing::TestWithParam<Target> {};
INSTANTIATE_TEST_SUITE_P(Targets, NativeTree,
                         testing::Values(Target::native, Target::native_no_preempt),
                         [](const auto& test) {
                           return test.param == Target::native ? "preempt" : "no_preempt";
                         });

TEST_P(NativeTree, EveryPathOfTheBenchRuns) {
  const ThreadScope thread(0);
  const linux_tree::Built built = native_fixture(GetParam());
  for (const BenchPathInfo& info : bench_paths) {
    PathBench bench = PathBench::of_tree(built.folder, info.path);
    const double ns = bench.ns_per_page(20000);
    EXPECT_GT(ns, 0) << info.name;
    std::printf("%s %.2f\n", info.name, ns);
  }
}

}  // namespace
}  // namespace poolrace::pool::native
