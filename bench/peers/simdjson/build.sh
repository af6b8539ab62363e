#!/usr/bin/env bash
# Builds what bench/run.sh json measures beside the decoder: simdjson (C++), where a compiler and Debian's libsimdjson-dev are.
# simdjson is under the Apache-2.0 licence; it is used by this bench alone, and nothing of it is in what is published.
set -eu
cd "$(dirname "$0")/../../.."
library=artifacts/bench/simdjson/libpeer.so
rm -f "$library"
if ! command -v g++ >/dev/null 2>&1; then
  echo "simdjson: not there: apt-get install g++ libsimdjson-dev" >&2
elif ! g++ -E -x c++ -o /dev/null - <<<$'#if !__has_include(<simdjson.h>)\n#error\n#endif' 2>/dev/null; then
  echo "simdjson: not there: apt-get install libsimdjson-dev" >&2
else
  mkdir -p "$(dirname "$library")"
  # NDEBUG as in any release: with its assertions simdjson takes a third more time.
  g++ -std=c++17 -O3 -DNDEBUG -march=native -shared -fPIC -o "$library" bench/peers/simdjson/peer.cpp -lsimdjson
fi
