#!/usr/bin/env bash
# Mutants of the corpus (tests/Engine.Tests/Fuzz/corpus) through a format for a while: no crash, no hang, the same rows however the bytes are cut, and the same as an
# independent reader where there is one. ./test.sh has a short run of every format.
#   tests/fuzz.sh FORMAT SECONDS [SEED]    FORMAT: a folder of the corpus, or all (each in turn)
# A finding is shown with its seed and its bytes, made small, and kept under out/fuzz; the exit code is 1.
set -u
cd "$(dirname "$0")/.." || exit 1
. tools/sdk.sh || exit 1
format=${1:-} seconds=${2:-60} seed=${3:-}
formats=$(cd tests/Engine.Tests/Fuzz/corpus && ls)
if [ "$format" != all ] && ! echo "$formats" | grep -qx -- "$format"; then
  echo "usage: tests/fuzz.sh FORMAT SECONDS [SEED]; FORMAT is all or one of" $formats >&2
  exit 2
fi

[ "$format" = all ] || formats=$format
restore && "$DOTNET" build tests/Engine.Tests -c Release --no-restore -v quiet --nologo -clp:NoSummary || exit 1
bad=0
for name in $formats; do
  echo "== $name, $seconds s"
  env "DATASTREAM_FUZZ_FORMAT=$name" "DATASTREAM_FUZZ_SECONDS=$seconds" ${seed:+"DATASTREAM_FUZZ_SEED=$seed"} \
    timeout --kill-after=10 $((seconds + 300)) "$DOTNET" artifacts/bin/Engine.Tests/release/DataStream.Engine.Tests.dll -noColor -noLogo -noAutoReporters -diagnostics \
    -method '*FuzzTests.Mutants_are_read_alike_by_every_reader' </dev/null || bad=1
done
exit "$bad"
