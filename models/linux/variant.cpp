// SPDX-License-Identifier: MIT
#include "models/linux/variant.hpp"

#include <algorithm>
#include <memory>
#include <vector>

#include "models/linux/explore_stage.hpp"
#include "models/linux/pool.hpp"
#include "models/linux/timed_stage.hpp"
#include "models/variants.hpp"
#include "sim/errors.hpp"

namespace poolrace::models::linux_tree {

namespace {

namespace tree = pool::linux_tree;

class TreeVariant final : public Variant {
 public:
  TreeVariant(std::string name, const tree::Tree& from, const tree::Built& built,
              const tree::BuildOptions& options)
      : name_(std::move(name)),
        from_(from),
        options_(options),
        spins_(from.has("SPINS")),
        object_(built.folder) {
    object_.connect(Stage::ops());
    info_.name = name_.c_str();
    info_.help = "the pool of a kernel tree of the user's own";
    for (const std::string& trait : tree::traits(from))
      if (trait.starts_with("destroy unmaps what")) info_.destroy_unmaps = true;
    info_.clears_dma_sync = info_.destroy_unmaps;
    info_.order_known = false;
  }
  [[nodiscard]] const pool::VariantInfo& info() const override { return info_; }
  [[nodiscard]] const std::map<std::string, std::string>& files() const { return from_.files; }

  // Nodes of the xarray as large as kernels have them, if it has any.
  tree::Object& in_runs() const {
    if (!from_.has("XARRAY")) return object_;
    if (in_runs_ != nullptr) return *in_runs_;
    tree::BuildOptions options = options_;
    options.small_nodes = false;
    in_runs_ = std::make_unique<tree::Object>(tree::build(from_, options).folder);
    in_runs_->connect(Stage::ops());
    return *in_runs_;
  }

  std::unique_ptr<SimPool> make(SimPlatform& p, Device& dev, Napi* napi,
                                const pool::PoolParams& params,
                                const pool::Limits& limits) const override {
    const auto stage =
        stage_of([&] { return std::make_shared<TimedStage>(in_runs(), p, dev, limits); });
    return std::make_unique<TreePool>(stage, napi, params, limits);
  }
  std::unique_ptr<SimPool> make(ExplorePlatform& p, Device& dev, Napi* napi,
                                const pool::PoolParams& params,
                                const pool::Limits& limits) const override {
    const auto stage =
        stage_of([&] { return std::make_shared<ExploreStage>(object_, spins_, p, dev, limits); });
    return std::make_unique<TreePool>(stage, napi, params, limits);
  }

 private:
  // The pools of one execution, or run, stand on one stage.
  template <class Make>
  std::shared_ptr<Stage> stage_of(Make make) const {
    std::shared_ptr<Stage> stage = stage_.lock();
    if (stage == nullptr) stage_ = stage = make();
    return stage;
  }

  std::string name_;
  tree::Tree from_;
  tree::BuildOptions options_;
  bool spins_;
  pool::VariantInfo info_;
  mutable tree::Object object_;
  mutable std::unique_ptr<tree::Object> in_runs_;
  mutable std::weak_ptr<Stage> stage_;
};

// Of the same tree built as judge does (without statistics, at -Og) the one with that hash.
tree::BuildOptions options_of(const std::string& wanted, const tree::Tree& from,
                              const tree::BuildOptions& options) {
  tree::BuildOptions as = options;
  for (const bool stats : {options.stats, !options.stats})
    for (const char* optimise : {options.optimise.c_str(), "-O2", "-Og"}) {
      as.stats = stats;
      as.optimise = optimise;
      if (tree::hash_of_build(from, as) == wanted) return as;
    }
  return options;
}

template <class F>
auto with_config_errors(const std::string& where, F body) {
  try {
    return body();
  } catch (const tree::TreeError& error) {
    throw ConfigError(where + ": " + error.what());
  }
}

}  // namespace

std::string know_tree(std::string_view name, const std::string& where,
                      const tree::BuildOptions& options) {
  constexpr std::string_view prefix = "linux:";
  if (find_variant(name) != nullptr) return std::string(name);
  return with_config_errors(where, [&] {
    const std::size_t hash = name.find('#');
    const std::string said(name.substr(prefix.size(), hash - prefix.size()));
    const std::string wanted(hash == std::string_view::npos ? "" : name.substr(hash + 1));
    const tree::Tree from = tree::read_tree(tree::parse_source(said));
    const tree::BuildOptions as = wanted.empty() ? options : options_of(wanted, from, options);
    const tree::Built built = tree::build(from, as);
    if (!wanted.empty() && wanted != built.hash)
      throw tree::TreeError("linux:" + from.source.text() + ": its content is " + built.hash +
                            " by now, and this is of " + wanted +
                            " (the tree, the compiler or Poolrace has changed: explore again)");
    const std::string full = std::string(prefix) + from.source.text() + "#" + built.hash;
    static std::vector<std::unique_ptr<AddedVariant>> added;  // for good
    if (find_variant(full) == nullptr)
      added.push_back(
          std::make_unique<AddedVariant>(std::make_unique<TreeVariant>(full, from, built, as)));
    return full;
  });
}

std::string know_tree_for_runs(std::string_view name, const std::string& where,
                               const tree::BuildOptions& options) {
  const std::string full = know_tree(name, where, options);
  with_config_errors(where,
                     [&] { dynamic_cast<const TreeVariant&>(known_variant(full)).in_runs(); });
  return full;
}

std::string label_of(std::string_view variant) {
  constexpr std::size_t digits = 6;
  const std::size_t hash = variant.rfind('#');
  if (!names_tree(variant) || hash == std::string_view::npos) return std::string(variant);
  const std::string_view path = variant.substr(0, hash);
  const std::size_t ref = std::min(path.find('@'), path.size());
  const std::size_t folder = path.substr(0, ref).rfind('/');
  return "linux:" + std::string(path.substr(folder + 1)) +
         std::string(variant.substr(hash, digits + 1));
}

std::map<std::string, std::string> source_files(std::string_view variant) {
  std::map<std::string, std::string> out;
  const auto* tree = dynamic_cast<const TreeVariant*>(find_variant(variant));
  if (tree == nullptr) return out;
  for (const auto& [path, text] : tree->files())
    out.emplace(path.substr(path.rfind('/') + 1), text);
  return out;
}

}  // namespace poolrace::models::linux_tree
