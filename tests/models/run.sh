#!/usr/bin/env bash
# Checks the models with Spin; the last line is "N passed, N failed, N skipped".
# Where Spin is missing, Debian's package is unpacked under artifacts/ without installing it; where that fails too, every check is skipped, loudly.
set -u
cd "$(dirname "$0")" || exit 1
models=$PWD
place=../../artifacts/models
mkdir -p "$place" && cd "$place" || exit 1
work=$PWD

# What is checked: a name, what Spin must say, and the model's settings.
checks=(
  "every item arrives once and whole, nobody sleeps for ever|errors: 0|"
  "the same with two slots|errors: 0|-DSLOTS=2 -DITEMS=4"
  "without the barrier of the waiter a thread sleeps for ever|invalid end state|-DNO_FENCE"
  "without the second look a thread sleeps for ever|invalid end state|-DNO_LOOK"
  "a bell that clears the announcement last forgets a waiter|invalid end state|-DCLEAR_LATE"
  "a slot that is published before it is filled is read torn|assertion violated|-DPUBLISH_FIRST"
)

unpack() {
  command -v apt-get >/dev/null && command -v dpkg-deb >/dev/null || return 1
  echo "Spin is not installed: unpacking Debian's package under artifacts/." >&2
  download() { timeout 60 apt-get -q download spin >/dev/null 2>&1; }
  download || { [ "$(id -u)" -eq 0 ] && timeout 120 apt-get -q update >/dev/null 2>&1 && download; } || return 1
  dpkg-deb -x spin_*.deb spin && rm -f spin_*.deb && [ -x spin/usr/bin/spin ]
}

PATH=$PATH:$work/spin/usr/bin
missing=
command -v spin >/dev/null || unpack || missing="Spin (Debian: apt-get install spin)"
command -v gcc >/dev/null || missing="${missing:+$missing and }a C compiler (gcc)"
if [ -n "$missing" ]; then
  echo "*** SKIPPED: the models of tests/models were NOT checked: $missing is missing. ***" >&2
  echo "0 passed, 0 failed, ${#checks[@]} skipped"
  exit 0
fi

passed=0 failed=0
for check in "${checks[@]}"; do
  IFS='|' read -r name expected settings <<<"$check"
  # A search that ends early proves nothing: a depth that is too small is a failure as well.
  if spin $settings -a "$models/bell.pml" >answer 2>&1 && gcc -O1 -DSAFETY -DCOLLAPSE -w -o pan pan.c >>answer 2>&1 &&
    timeout 300 ./pan -m1000000 -b >>answer 2>&1 && grep -q "$expected" answer && ! grep -qE 'max search depth|out of memory' answer; then
    echo "  found: $name"
    passed=$((passed + 1))
  else
    echo "  NOT found: $name ($settings, expected '$expected')"
    cat answer
    failed=$((failed + 1))
  fi
done
echo "$passed passed, $failed failed, 0 skipped"
[ "$failed" -eq 0 ]
