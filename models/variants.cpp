// SPDX-License-Identifier: MIT
#include "models/variants.hpp"

#include <algorithm>
#include <string>

#include "models/platform.hpp"
#include "sim/errors.hpp"

namespace poolrace::models {

namespace {

using Variants = std::vector<std::unique_ptr<Variant>>;

// The one list of the process.  It changes between runs, never within one.
Variants& all() {
  static Variants list = [] {
    Variants shipped;
    for (const auto infos :
         {pool::variant_infos<SimPlatform>(), pool::teaching_infos<SimPlatform>()})
      for (const pool::VariantInfo& info : infos)
        shipped.push_back(std::make_unique<ShippedVariant>(info));
    return shipped;
  }();
  return list;
}

}  // namespace

std::vector<pool::VariantInfo> variant_infos() {
  std::vector<pool::VariantInfo> infos = known_infos();
  std::erase_if(infos, [](const pool::VariantInfo& info) { return info.for_teaching; });
  return infos;
}

std::vector<pool::VariantInfo> known_infos() {
  std::vector<pool::VariantInfo> infos;
  for (const auto& variant : all()) infos.push_back(variant->info());
  std::stable_partition(infos.begin(), infos.end(),
                        [](const pool::VariantInfo& info) { return !info.for_teaching; });
  return infos;
}

const Variant* find_variant(std::string_view name) {
  for (const auto& variant : all())
    if (name == variant->info().name) return variant.get();
  return nullptr;
}

const Variant& known_variant(std::string_view name) {
  const Variant* variant = find_variant(name);
  check(variant != nullptr, "the variant is known");
  return *variant;
}

AddedVariant::AddedVariant(std::unique_ptr<Variant> variant) : variant_(variant.get()) {
  const std::string name = variant->info().name;
  if (find_variant(name) != nullptr)
    throw ConfigError("variant '" + name +
                      "' is there already: one made at run time needs a name of its own");
  all().push_back(std::move(variant));
}

AddedVariant::~AddedVariant() {
  std::erase_if(all(), [this](const auto& variant) { return variant.get() == variant_; });
}

}  // namespace poolrace::models
