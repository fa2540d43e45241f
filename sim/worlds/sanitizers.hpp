// SPDX-License-Identifier: MIT
// What the sanitizers must be told about stacks they did not make.  Nothing at all without them.
// Private to sim/.
#pragma once

#include <cstddef>

#if defined(__SANITIZE_ADDRESS__)
#define POOLRACE_ASAN 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define POOLRACE_ASAN 1
#endif
#endif

#if defined(__SANITIZE_THREAD__)
#define POOLRACE_TSAN 1
#elif defined(__has_feature)
#if __has_feature(thread_sanitizer)
#define POOLRACE_TSAN 1
#endif
#endif

#ifdef POOLRACE_ASAN
#include <sanitizer/asan_interface.h>
#include <sanitizer/common_interface_defs.h>
#endif
#ifdef POOLRACE_TSAN
#include <sanitizer/tsan_interface.h>
#endif

namespace poolrace::sim {

#if defined(POOLRACE_ASAN) || defined(POOLRACE_TSAN)
inline constexpr bool sanitized = true;
#else
inline constexpr bool sanitized = false;
#endif

inline void unpoison([[maybe_unused]] void* bottom, [[maybe_unused]] std::size_t size) {
#ifdef POOLRACE_ASAN
  ASAN_UNPOISON_MEMORY_REGION(bottom, size);
#endif
}

}  // namespace poolrace::sim
