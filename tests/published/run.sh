#!/usr/bin/env bash
# Runs the published command as users get it, native code where that can be had and the managed build, compiled ahead, over generated files: exact counts, and not one byte allocated on lanes that are warm.
# Code that is compiled ahead meets the runtime's first uses elsewhere than the tests' builds do. And what the native executable hands over. The last line is "N passed, N failed, N skipped".
# Usage: tests/published/run.sh [EXECUTABLE]
set -u
cd "$(dirname "$0")/../.." || exit 1
published=${1:-artifacts/publish/datastream/datastream}
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
passed=0 failed=0 skipped=0
[ $# -gt 0 ] || ./run.sh --version >/dev/null || { echo "The command could not be published." >&2; echo "0 passed, 1 failed, 0 skipped"; exit 1; }

events=400000
awk -v n=$events 'BEGIN { print "time,device,temperature,status"; for (i = 0; i < n; i++) printf "2026-01-01T%02d:%02d:%02d.%03dZ,device-%04d,%.2f,%d\n", i / 36000, i / 600 % 60, i / 10 % 60, i % 10 * 100, i * 7919 % 1000, i * 37 % 9000 / 100, i % 10 == 0 }' >"$folder/events.csv"
awk -F, 'NR > 1 { printf "{\"time\":\"%s\",\"device\":\"%s\",\"temperature\":%s,\"status\":%s}\n", $1, $2, $3, $4 }' "$folder/events.csv" >"$folder/events.json"

# same TITLE ARGUMENTS…: the native executable and the managed build say the same and end alike, here with what comes from $folder/input through a pipe.
same() {
  title=$1
  shift
  for build in "" -managed; do
    "$published$build" "$@" < <(cat "$folder/input") >"$folder/said$build" 2>&1
    echo "ended with $?" >>"$folder/said$build"
  done
  if cmp -s "$folder/said" "$folder/said-managed" && grep -q "$expected" "$folder/said"; then
    passed=$((passed + 1))
  else
    failed=$((failed + 1))
    echo "failed: $title"
    diff "$folder/said" "$folder/said-managed"
  fi
}

# check TITLE FORMAT ROWS MODULES: on one lane and on two the same rows, as many as expected.
check() {
  for lanes in 1 2; do
    cat >"$folder/pipeline.yaml" <<YAML
stream_settings:
  stream_input: file:$folder/events.$2
  stream_output: {main: {uri: "file:$folder/out-$lanes"}}
  input_format: $2
  output_format: $2
  schema: {time: timestamp, device: text, temperature: float64, status: int64}
  event_time: {field: time}
error_handling: {on_error: fail}
performance_tuning: {threads: $lanes, allocations: fail}
modules:
$4
YAML
    message=$("$datastream" run "$folder/pipeline.yaml" --no-progress --report "$folder/report.json" 2>&1) && grep -q '"allocated_bytes_lanes": *0\b' "$folder/report.json" \
      && grep -q "\"main\": *$3\b" "$folder/report.json" && cmp -s "$folder/out-1" "$folder/out-$lanes"
    if [ $? -eq 0 ]; then
      passed=$((passed + 1))
    else
      failed=$((failed + 1))
      echo "failed: $1 on $lanes lanes"
      echo "$message"
      grep -oE '"(allocated_bytes_lanes|main)": *[0-9]+' "$folder/report.json" 2>/dev/null
    fi
  done
}

plain='  - {module_name: valid, module_class: filter, where: status == 0}
  - {module_name: fahrenheit, module_class: map, set: {temperature_f: "temperature * 1.8 + 32"}}'
windows='  - {module_name: per_device, module_class: window, tumbling: 1h, key: [device], aggregates: {count: count(), mean: mean(temperature), p95: "quantile(temperature, 0.95)"}}'
for datastream in "$published" "$published-managed"; do
  if [ ! -x "$datastream" ]; then
    if [ "$(uname -s)-$(uname -m)" = Linux-x86_64 ] && { command -v clang || command -v gcc; } >/dev/null; then
      failed=$((failed + 1))
      echo "failed: no native executable was published, though there is a linker."
    else
      skipped=1
      echo "left out: no native executable was published, for there is no linker, or this is not its system."
    fi
    break
  fi
  echo "$datastream:"
  check "CSV to CSV" csv $((events * 9 / 10)) "$plain"
  check "JSON to JSON" json $((events * 9 / 10)) "$plain"
  check "windows by key" csv $((12 * 1000)) "$windows"
done
if [ -x "$published-managed" ]; then
  cat >"$folder/input" <<YAML
stream_settings:
  stream_input: {uri: "kafka://localhost:1/in", group: readers}
  stream_output: {main: {uri: "kafka://localhost:1/out"}}
  input_format: json
  output_format: json
  schema: {device: text, value: float64}
modules: []
YAML
  cp "$folder/input" "$folder/kafka.yaml"
  expected='kafka://localhost:1/in'
  same "a plan with Kafka" explain "$folder/kafka.yaml"
  same "the same through a pipe" explain /dev/stdin
  expected="ended with 2"
  same "a mistake in it" check "$folder/kafka.yaml" --set stream_settings.stream_input.offset=first
  same "a mistake without it" check "$folder/pipeline.yaml" --set modules.0.module_class=nothing
  same "no configuration" run "$folder/none.yaml"
  echo "a secret" >"$folder/input"
  sed 's/group: readers/group: "${secret:file:\/dev\/stdin}"/' "$folder/kafka.yaml" >"$folder/secret.yaml"
  expected="ended with 0"
  same "a secret through a pipe" explain "$folder/secret.yaml"

  for test in "tests/published/signals.sh $published" tests/published/processor.sh; do
    if $test; then
      passed=$((passed + 1))
    else
      failed=$((failed + 1))
      echo "failed: $test"
    fi
  done
fi
echo "$passed passed, $failed failed, $skipped skipped"
[ "$failed" -eq 0 ]
