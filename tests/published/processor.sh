#!/usr/bin/env bash
# Tries the native executable's question for the processor with processors that lack something.
set -eu
cd "$(dirname "$0")"
program=$(mktemp)
trap 'rm -f "$program"' EXIT
"$(command -v gcc || command -v clang)" -o "$program" processor.c
"$program"
