#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# Builds the documentation site and follows its links:  scripts/docs.sh [FOLDER [PACKAGE-FOLDER]]
# FOLDER is build/docs if absent; PACKAGE-FOLDER holds the package whose docstrings are read: that of
# build/python if absent.  Warnings are errors.
set -euo pipefail
cd "$(dirname "$0")/.."

folder=${1:-build/docs}
export PYTHONPATH=${2:-build/python} PYTHONDONTWRITEBYTECODE=1
rm -rf "$folder"
.venv/bin/python -m sphinx -W --keep-going -q -E -c docs -d "$folder.doctrees" . "$folder"
rm -rf "$folder.doctrees" "$folder/.buildinfo"
.venv/bin/python scripts/check-site.py "$folder" poolrace
echo "$folder/index.html: $(find "$folder" -name '*.html' | wc -l) pages, $(du -sh "$folder" | cut -f1)"
