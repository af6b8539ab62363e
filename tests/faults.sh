#!/usr/bin/env bash
# Kills engines and brokers while messages are on their way, and compares ids in with ids out: tests/faults.sh ROUNDS
#
# Needs an Apache Kafka 4 (KAFKA_HOME) and Java 17. From the environment: FAULT_DELIVERY (at_least_once, exactly_once), FAULT_SEED, FAULT_IDS (messages
# of a round), FAULT_NODES (1 or 3 brokers), FAULT_STATE (window, deduplicate, repartition: through state), FAULT_PLANTED (skip: ids are lost, and the command must
# fail; again: all of them come twice, which fails where FAULT_DELIVERY is exactly_once).
set -u
cd "$(dirname "$0")/.." || exit 1
. tools/sdk.sh || exit 1
case ${1:-10} in *[!0-9]*) sed -n '2,6p' "$0" | sed 's/^# \{0,1\}//' >&2; exit 2 ;; esac
restore && "$DOTNET" build tests/Engine.IntegrationTests -c Release --no-restore -v quiet --nologo -clp:NoSummary || exit 1
FAULT_ROUNDS=${1:-10} exec "$DOTNET" artifacts/bin/Engine.IntegrationTests/release/DataStream.Engine.IntegrationTests.dll \
  -noColor -noLogo -noAutoReporters -explicit only -class DataStream.IntegrationTests.Faults.FaultTests </dev/null
