# SPDX-License-Identifier: MIT
"""``python -m poolrace``: the command line."""

from ._process import main

if __name__ == "__main__":
    main()
