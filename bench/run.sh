#!/usr/bin/env bash
# Builds and runs a benchmark; results are appended under perf-results/.
# Usage: bench/run.sh sensors [EVENTS] [ROUNDS], bench/run.sh latency [--seconds N] [--rounds N], bench/run.sh rings [ROUNDS] [ROW], bench/run.sh tuning [EVENTS] [ROUNDS], bench/run.sh msgpack [ROUNDS], bench/run.sh json|csv|fields|avro [ROUNDS]
set -eu
cd "$(dirname "$0")/.."
./run.sh --version >/dev/null
. tools/sdk.sh
"$DOTNET" build bench/Engine.Bench -c Release -v quiet --nologo -clp:NoSummary >&2
exec "$DOTNET" artifacts/bin/Engine.Bench/release/DataStream.Engine.Bench.dll "$@"
