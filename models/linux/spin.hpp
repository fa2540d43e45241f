// SPDX-License-Identifier: MIT
// Spinning on shared memory, as a wait: whoever has looked and calls cpu_relax() goes on once a byte
// that it read since its last one was written.  Looking again before that would find the same.
// Kept only for trees that spin; each write then signals.
#pragma once

#include <cstdint>
#include <unordered_map>
#include <vector>

namespace poolrace::models::linux_tree {

class Spin {
 public:
  explicit Spin(bool wanted) : wanted_(wanted) {}
  [[nodiscard]] bool wanted() const { return wanted_; }

  void read(std::uint32_t context, std::uint64_t byte);
  // Where memory is weak: of that byte's writes it had not seen the `last` ones, its own apart if it
  // has just written.
  void unseen(std::uint32_t context, std::uint64_t byte, std::uint64_t last, bool wrote);
  [[nodiscard]] std::uint64_t writes_of(std::uint64_t byte) { return writes_[byte].size(); }
  // The number of that write, for a signal.
  std::uint64_t wrote(std::uint64_t byte);

  struct Look {
    std::uint64_t byte, writes;  // how many it had seen
  };
  // What that context read since it last asked.
  std::vector<Look> looks(std::uint32_t context);
  // The first write after those looks, as wrote() numbered it; 0: there is none yet.
  [[nodiscard]] std::uint64_t first_after(const std::vector<Look>& looks) const;
  // Which byte's, and which of its writes, from 0.
  static Look told_by(std::uint64_t number) {
    const std::uint64_t write = number >> 47 & 0xff;
    return {number ^ (write << 47), write - 1};
  }

 private:
  static std::uint64_t number(std::uint64_t byte, std::uint64_t write) {
    return byte | ((write & 0xff) << 47);  // above what bytes are numbered with
  }
  bool wanted_;
  std::uint64_t clock_ = 0;
  std::unordered_map<std::uint64_t, std::vector<std::uint64_t>> writes_;  // when, by byte
  std::vector<std::vector<Look>> looks_;                                  // by context
};

}  // namespace poolrace::models::linux_tree
