// SPDX-License-Identifier: MIT
// Exceptions across stacks.  The C++ runtime keeps "which exceptions are being handled here" in two
// words per thread; neither fcontext nor SimGrid's actors carry them along, so whoever leaves a
// stack saves them and whoever enters one restores them.  Without it, a context that switches
// inside a catch block rethrows somebody else's exception.  Private to sim/.
#pragma once

#include <cxxabi.h>

namespace poolrace::sim {

// Unwinds a context when its run ends.  Not a std::exception, so that models which handle those do
// not swallow it.
struct Cancel {};

struct ExceptionState {
  void* caught = nullptr;
  unsigned int uncaught = 0;
};

// The two words of the calling thread; the layout is fixed by the Itanium C++ ABI.
inline ExceptionState& exception_state() {
  return *reinterpret_cast<ExceptionState*>(abi::__cxa_get_globals());
}

// Around a call that may run other stacks before it returns, such as a simcall: they start from a
// clean state and leave ours alone.
class KeepExceptionState {
 public:
  KeepExceptionState() : kept_(exception_state()) { exception_state() = {}; }
  ~KeepExceptionState() { exception_state() = kept_; }
  KeepExceptionState(const KeepExceptionState&) = delete;
  KeepExceptionState& operator=(const KeepExceptionState&) = delete;

 private:
  ExceptionState kept_;
};

}  // namespace poolrace::sim
