// SPDX-License-Identifier: MIT
// The sweep's part of the module; see bindings_sweep.cpp.
#pragma once

#include <pybind11/pybind11.h>

void bind_sweep(pybind11::module_& m);
