// SPDX-License-Identifier: MIT
// How a failure looks in a log, and which answer (answers.hpp) that is: one row a shape, with how
// sure it makes us and why.  Fixed words of kernel messages and names of functions are matched
// literally; a name may be any of several architectures or releases.  Rows stand from special to
// general: the first that fits a report counts.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "experiments/explain/reports.hpp"

namespace poolrace::experiments {

enum class Sure : std::uint8_t { certain, likely, possible };
inline constexpr const char* sure_names[] = {"certain", "likely", "possible"};

// A set of types of reports, or of calls.
constexpr std::uint32_t types(auto... type) {
  return ((std::uint32_t{1} << static_cast<unsigned>(type)) | ...);
}

// The calls of the DMA API.  Which one failed is told by the innermost function that names one.
enum class DmaCall : std::uint8_t { none, map, unmap, sync_for_device, sync_for_cpu };

struct Signature {
  const char* name;
  std::uint32_t of;        // types of reports
  std::string_view says;   // one of these parts of the text, "A|B"; empty: whatever it says
  std::string_view top;    // one of first_functions() is one of these; empty: whatever
  std::string_view stack;  // one of all functions is one of these
  std::string_view with;   // and one of these
  std::string_view freed;  // one of the functions that freed the object
  Sure sure;
  const char* answer;
  const char* because;
  std::uint32_t call = 0;  // types of dma_call(); 0: whichever
};

std::span<const Signature> signatures();
// The row that fits, or none.
const Signature* signature_of(const Report& report);
// The functions that say where it happened: without those that only report it, and up to the first
// of page_pool.
std::vector<std::string> first_functions(const Report& report);
// The call of the DMA API that those functions are in.
DmaCall dma_call(const std::vector<std::string>& first);

}  // namespace poolrace::experiments
