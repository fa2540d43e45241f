// SPDX-License-Identifier: MIT
// The tests of pool/parity.hpp on real threads.
#include "pool/native/parity_world.hpp"

namespace poolrace::pool::parity {
namespace {

INSTANTIATE_TYPED_TEST_SUITE_P(Native, Parity, native::ParityWorld);

}  // namespace
}  // namespace poolrace::pool::parity
