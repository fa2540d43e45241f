// SPDX-License-Identifier: MIT
#include "experiments/commands.hpp"

int main(int argc, char** argv) {
  return poolrace::experiments::main_of({argv + 1, argv + argc});
}
