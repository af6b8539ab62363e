#!/usr/bin/env bash
# Whether output depends on anything but input: random pipelines over random dirty data at 1, 2, 3, 4 and 7 lanes, three partition sizes and two payload sizes,
# in four kinds of processor (as it is; without AVX-512; without AVX2; without vectors). All outputs of all runs are compared.
#   tests/identity.sh [SEEDS]     how many pipelines (100)
# The last line is the verdict; the exit code is 0 when all are the same.
set -u
cd "$(dirname "$0")/.." || exit 1
. tools/sdk.sh || exit 1
seeds=${1:-100}

if ! restore || ! "$DOTNET" build tests/Engine.Tests -c Release --no-restore -v quiet --nologo -clp:NoSummary; then
  echo "identity: the build failed"
  exit 1
fi

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
bad=0 modes=0 reference=
for missing in Nothing AVX512 AVX2 HWIntrinsic; do
  modes=$((modes + 1))
  echo "== $seeds pipelines, 30 variants each, without: $missing" >&2
  env "DOTNET_Enable$missing=0" DATASTREAM_IDENTITY=full DATASTREAM_IDENTITY_SEEDS="$seeds" DATASTREAM_IDENTITY_DIGESTS="$folder/$missing" \
    "$DOTNET" artifacts/bin/Engine.Tests/release/DataStream.Engine.Tests.dll -noColor -noLogo -noAutoReporters \
    -method '*IdentityTests.Output_does_not_depend_on_lanes_batches_and_payloads' >"$folder/log" 2>&1 </dev/null || { bad=1; cat "$folder/log" >&2; }
  touch "$folder/$missing"
  sort -o "$folder/$missing" "$folder/$missing"
  if [ "$(wc -l <"$folder/$missing")" -ne "$seeds" ]; then
    echo "without $missing not every pipeline ended with the same bytes" >&2
    bad=1
  elif [ -z "$reference" ]; then
    reference=$folder/$missing
  elif ! diff "$reference" "$folder/$missing" >&2; then
    echo "without $missing the output differs: the seeds above, with a digest of each output" >&2
    bad=1
  fi
done

if [ "$bad" -eq 0 ]; then
  echo "identity: $seeds pipelines x 30 variants x $modes kinds of processor: the same bytes"
else
  echo "identity: $seeds pipelines x 30 variants x $modes kinds of processor: DIFFERENT (see above)"
fi
exit "$bad"
