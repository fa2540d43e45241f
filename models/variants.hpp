// SPDX-License-Identifier: MIT
// The variants of the pool that the simulated machine knows by name: those of pool/variants/ and,
// for as long as somebody keeps it, one that was made at run time.
#pragma once

#include <memory>
#include <string_view>
#include <vector>

#include "pool/variant.hpp"

namespace poolrace::models {

class ExplorePlatform;
class Page;
class SimPlatform;
struct Device;
struct Napi;

using SimPool = pool::Pool<Page>;  // in either world

// What makes pools of one variant, opened and ready for use.
class Variant {
 public:
  virtual ~Variant() = default;
  [[nodiscard]] virtual const pool::VariantInfo& info() const = 0;
  virtual std::unique_ptr<SimPool> make(SimPlatform& p, Device& dev, Napi* napi,
                                        const pool::PoolParams& params,
                                        const pool::Limits& limits) const = 0;
  virtual std::unique_ptr<SimPool> make(ExplorePlatform& p, Device& dev, Napi* napi,
                                        const pool::PoolParams& params,
                                        const pool::Limits& limits) const = 0;
};

// In the order of their publication, what was made at run time last.
std::vector<pool::VariantInfo> variant_infos();
// All that a name can ask for: those, and last what is for teaching.
std::vector<pool::VariantInfo> known_infos();
const Variant* find_variant(std::string_view name);   // null: none is called so
const Variant& known_variant(std::string_view name);  // whose name was checked before

// A variant that is known by its name as long as this lives.  The name must be new.
class AddedVariant {
 public:
  explicit AddedVariant(std::unique_ptr<Variant> variant);
  ~AddedVariant();
  AddedVariant(const AddedVariant&) = delete;
  AddedVariant& operator=(const AddedVariant&) = delete;

 private:
  const Variant* variant_;
};

// One of pool/variants/.  Each world's pools are compiled apart: pools.cpp, explore/pools.cpp.
class ShippedVariant final : public Variant {
 public:
  explicit ShippedVariant(const pool::VariantInfo& info) : info_(info) {}
  [[nodiscard]] const pool::VariantInfo& info() const override { return info_; }
  std::unique_ptr<SimPool> make(SimPlatform& p, Device& dev, Napi* napi,
                                const pool::PoolParams& params,
                                const pool::Limits& limits) const override;
  std::unique_ptr<SimPool> make(ExplorePlatform& p, Device& dev, Napi* napi,
                                const pool::PoolParams& params,
                                const pool::Limits& limits) const override;

 private:
  pool::VariantInfo info_;
};

}  // namespace poolrace::models
