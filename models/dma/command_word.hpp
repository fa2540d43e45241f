// SPDX-License-Identifier: MIT
// The hot word of the IOMMU's command queue, on which every caller reserves its slots, as steps of
// the calling CPU.  By compare-and-exchange (SMMUv3 in Linux): whoever was overtaken since it last
// saw the word fails and tries again, so that each success costs every contender a turn of the
// line.  By fetch-and-add: each turn is a success.  The owner of a batch takes one more turn to
// close it, which overtakes whoever is about to reserve.
// Leaves out: reading the consumer's index, and the check for room.
#pragma once

#include <cstdint>

#include "models/choices.hpp"
#include "models/memory/words.hpp"

namespace poolrace::models {

class CommandWord {
 public:
  CommandWord(Memory& memory, CommandAlgorithm algorithm)
      : line_(memory), word_(line_, 0), algorithm_(algorithm) {}

  void reserve(std::uint32_t slots);
  void close();

  [[nodiscard]] std::uint64_t retries() const { return retries_; }

 private:
  Line line_;
  Word<std::uint32_t> word_;
  CommandAlgorithm algorithm_;
  std::uint64_t retries_ = 0;
};

}  // namespace poolrace::models
