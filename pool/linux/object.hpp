// SPDX-License-Identifier: MIT
// A compiled pool, loaded: its calls, its own data (which is put back before each execution), and
// the lines of its source.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "pool/linux/members.hpp"
#include "pool/linux/ops.h"
#include "pool/linux/site_table.hpp"

namespace poolrace::pool::linux_tree {

class Object {
 public:
  explicit Object(const std::string& folder);  // of a Built; stays loaded for good
  Object(const Object&) = delete;
  Object& operator=(const Object&) = delete;

  void connect(const pr_ops& ops);  // before anything is called; what is there then is what restore
  void restore();                   // puts back
  [[nodiscard]] const pr_glue& glue() const { return *glue_; }

  struct Range {
    const char* begin;
    const char* end;
    bool writable;
    [[nodiscard]] bool has(const char* at) const { return at >= begin && at < end; }
  };
  [[nodiscard]] const std::vector<Range>& ranges() const { return ranges_; }
  [[nodiscard]] const Chain* chain_at(const void* return_address) const {
    return sites_.find(
        static_cast<std::uint64_t>(static_cast<const char*>(return_address) - base_));
  }
  // Of any instruction; empty: not known.  Asks addr2line.
  [[nodiscard]] Chain chain_of(const void* address) const {
    return line_at(folder_, offset_of(address));
  }
  // "alloc.count" of struct page_pool, say; empty where the compiler told no names.
  [[nodiscard]] std::string member(const std::string& structure, std::uint64_t offset,
                                   std::uint64_t size) const;
  [[nodiscard]] std::uint64_t offset_of(const void* address) const {
    return static_cast<std::uint64_t>(static_cast<const char*>(address) - base_);
  }

 private:
  std::string folder_;
  const char* base_ = nullptr;
  pr_ops* ops_ = nullptr;
  const pr_glue* glue_ = nullptr;
  SiteTable sites_;
  Members of_pool_, of_xarray_;
  std::vector<Range> ranges_;
  std::vector<std::string> kept_;  // of the writable ranges
};

}  // namespace poolrace::pool::linux_tree
