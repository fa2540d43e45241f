// SPDX-License-Identifier: MIT
#include "sim/chance/random.hpp"

#include <Random123/philox.h>

#include <algorithm>
#include <tuple>

#include "sim/errors.hpp"

namespace poolrace::sim {

namespace {

auto place(const GivenWord& w) {
  return std::tuple(std::string_view(w.stream), w.instance, w.index);
}
auto whose(const GivenWord& w) {
  return std::tuple(std::string_view(w.stream), w.instance);
}

}  // namespace

Streams::Streams(std::uint64_t seed, std::uint64_t run, std::vector<GivenWord> given,
                 WordCounts* counts)
    : seed_(seed), run_(run), given_(std::move(given)), counts_(counts) {
  std::stable_sort(given_.begin(), given_.end(),
                   [](const GivenWord& a, const GivenWord& b) { return place(a) < place(b); });
}

std::span<const GivenWord> Streams::given(std::string_view name, std::uint32_t instance) const {
  const GivenWord wanted{std::string(name), instance, 0, 0};
  const auto [first, last] =
      std::equal_range(given_.begin(), given_.end(), wanted,
                       [](const GivenWord& a, const GivenWord& b) { return whose(a) < whose(b); });
  return {first, last};
}

Stream Streams::stream(std::string_view name, std::uint32_t instance) const {
  std::uint64_t* count = counts_ == nullptr ? nullptr : &(*counts_)[{std::string(name), instance}];
  return Stream(seed_, run_, fnv1a_64(name), instance, given(name, instance), count);
}

std::uint64_t Streams::word(std::string_view name, std::uint32_t instance,
                            std::uint64_t index) const {
  Stream there = stream(name, instance);
  there.count_ = nullptr;
  there.next_block_ = index / 4;
  there.refill();
  return there.block_[index % 4];
}

Stream::Stream(std::uint64_t seed, std::uint64_t run, std::uint64_t name_hash,
               std::uint32_t instance, std::span<const GivenWord> given, std::uint64_t* count)
    : seed_(seed), who_{run, name_hash, instance}, given_(given), count_(count) {}

void Stream::refill() {
  const r123::Philox4x64::ctr_type counter = {{next_block_, who_[0], who_[1], who_[2]}};
  const r123::Philox4x64::key_type key = {{seed_, 0}};
  const r123::Philox4x64::ctr_type block = r123::Philox4x64{}(counter, key);
  for (std::size_t i = 0; i < block_.size(); ++i) block_[i] = block[i];
  ++next_block_;
  used_ = 0;
  if (count_ != nullptr) [[unlikely]]
    *count_ = std::max(*count_, 4 * next_block_);
  for (; !given_.empty() && given_.front().index / 4 < next_block_; given_ = given_.subspan(1))
    if (given_.front().index / 4 == next_block_ - 1)
      block_[given_.front().index % 4] = given_.front().value;
}

// Lemire's method ("Fast random integer generation in an interval", 2019): the upper word of the
// product is the draw; the lower word tells the 2^64 mod n products that would bias it.
std::uint64_t Stream::below(std::uint64_t n) {
  check(n > 0, "Stream::below needs n > 0");
  unsigned __int128 product = static_cast<unsigned __int128>(u64()) * n;
  if (static_cast<std::uint64_t>(product) < n) [[unlikely]] {
    const std::uint64_t surplus = -n % n;
    while (static_cast<std::uint64_t>(product) < surplus) {
      product = static_cast<unsigned __int128>(u64()) * n;
    }
  }
  return static_cast<std::uint64_t>(product >> 64);
}

std::int64_t Stream::between(std::int64_t lo, std::int64_t hi) {
  check(lo <= hi, "Stream::between needs lo <= hi");
  const std::uint64_t base = static_cast<std::uint64_t>(lo);
  const std::uint64_t count = static_cast<std::uint64_t>(hi) - base + 1;  // 0: all of int64
  const std::uint64_t offset = count == 0 ? u64() : below(count);
  return static_cast<std::int64_t>(base + offset);
}

bool Stream::chance_ppm(std::uint32_t ppm) {
  check(ppm <= 1'000'000, "Stream::chance_ppm needs ppm <= 1000000");
  return below(1'000'000) < ppm;
}

bool Stream::chance_q32(std::uint64_t p) {
  check(p <= std::uint64_t{1} << 32, "Stream::chance_q32 needs p <= 2^32");
  return u32() < p;
}

}  // namespace poolrace::sim
