#!/usr/bin/env bash
# Builds and runs a benchmark; results are appended under perf-results/.
# Whole jobs (brc, growth, statistics, plain, scaling) stand beside DuckDB, which they download: about 400 MB; kafka stands beside Streamiz, which brings RocksDB; json beside simdjson where g++ and libsimdjson-dev are.
# Usage: bench/run.sh brc|growth|statistics|exchange|plain|start [EVENTS] [ROUNDS], bench/run.sh sensors [EVENTS] [ROUNDS], bench/run.sh latency [--seconds N] [--rounds N], bench/run.sh quiet [--seconds N], bench/run.sh rings [ROUNDS] [ROW], bench/run.sh kafka [ROUNDS] [K1,K2,K3,K4,K5,repartition,states], bench/run.sh tuning [EVENTS] [ROUNDS], bench/run.sh msgpack [ROUNDS], bench/run.sh json|csv|fields|avro|scaling [ROUNDS]
set -eu
cd "$(dirname "$0")/.."
./run.sh --version >/dev/null
. tools/sdk.sh
peer=
case ${1:-} in brc | growth | statistics | plain | scaling) peer=-p:WithDuckDB=true ;; kafka) peer=-p:WithStreamiz=true ;; esac
[ "${1:-}" != json ] || bench/peers/simdjson/build.sh
"$DOTNET" build bench/Engine.Bench -c Release -v quiet --nologo -clp:NoSummary $peer >&2
exec "$DOTNET" artifacts/bin/Engine.Bench/release/DataStream.Engine.Bench.dll "$@"
