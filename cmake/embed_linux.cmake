# SPDX-License-Identifier: MIT
# Writes the .cpp that carries the C of pool/linux in the binary.  Run as a script:
#   cmake -D OUTPUT=file.cpp -D ROOT=pool/linux -D FILES=a.c,shim/b.h -P embed_linux.cmake
string(REPLACE "," ";" files "${FILES}")
list(SORT files)
set(rows "")
foreach(file IN LISTS files)
  file(RELATIVE_PATH name "${ROOT}" "${file}")
  file(READ "${file}" text)
  if(text MATCHES "\\)pr_c\"")
    message(FATAL_ERROR "${file}: )pr_c\" cannot be embedded")
  endif()
  string(APPEND rows "    {\"${name}\", R\"pr_c(${text})pr_c\"},\n")
endforeach()
file(WRITE "${OUTPUT}" "// Written by cmake/embed_linux.cmake.
#include \"pool/linux/embedded.hpp\"\n
namespace poolrace::pool::linux_tree {\n
std::span<const EmbeddedC> embedded_c() {\n  static constexpr EmbeddedC files[] = {\n${rows}  };\n  return files;\n}\n
}  // namespace poolrace::pool::linux_tree\n")
