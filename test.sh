#!/usr/bin/env bash
# Sets up what is missing, builds everything and runs every test project; the last line is "N passed, N failed".
# Arguments go to the test executables, for example: ./test.sh -class '*RingTests'
set -u
cd "$(dirname "$0")" || exit 1
. tools/sdk.sh || exit 1

passed=0 failed=0 skipped=0 broken=0
finish() {
  tail=
  [ "$skipped" -gt 0 ] && tail=", $skipped skipped"
  echo "$passed passed, $failed failed$tail"
  [ "$failed" -eq 0 ] && [ "$broken" -eq 0 ] && [ "$passed" -gt 0 ]
  exit
}

if ! restore || ! "$DOTNET" build DataStream.sln -c Release --no-restore -v quiet --nologo -clp:NoSummary; then
  echo "The build failed." >&2
  failed=1
  finish
fi

log=$(mktemp)
trap 'rm -f "$log"' EXIT

# run NAME TITLE [VARIABLE=VALUE] -- ARGUMENTS…: one run of a test executable; an executable that crashes or finds no test is a failure.
run() {
  name=$1 title=$2 setting=$3
  shift 3
  echo "== $title"
  # The limit ends a run that hangs; the longest takes minutes.
  env $setting timeout --kill-after=10 2400 "$DOTNET" "artifacts/bin/$name/release/DataStream.$name.dll" -noColor -noLogo -noAutoReporters "$@" </dev/null 2>&1 | tee "$log"
  code=${PIPESTATUS[0]}
  line=$(grep -E '  Total: [0-9]+' "$log" | tail -n 1)
  count() { echo "$line" | sed -n "s/.*$1: \([0-9]*\).*/\1/p"; }
  total=$(count Total) errors=$(count Errors) wrong=$(count Failed) left=$(count Skipped) idle=$(count 'Not Run')
  : "${total:=0}" "${errors:=0}" "${wrong:=0}" "${left:=0}" "${idle:=0}"
  passed=$((passed + total - wrong - left - idle)) failed=$((failed + wrong + errors)) skipped=$((skipped + left))
  if [ "$code" -ne 0 ] && [ $((wrong + errors)) -eq 0 ]; then
    echo "$title ended with $code before its summary." >&2
    failed=$((failed + 1))
  elif [ "$total" -eq 0 ] && [ $# -eq 0 ]; then
    echo "$title ran no test." >&2
    failed=$((failed + 1))
  fi
}

for project in tests/*/*.csproj; do
  name=$(basename "$project" .csproj)
  run "$name" "$name" DOTNET_NOLOGO=1 "$@"
done
# The kernels again as other processors would run them: no AVX-512, no AVX2, no vectors at all.
for missing in AVX512 AVX2 HWIntrinsic; do
  run Engine.Kernels.Tests "Engine.Kernels.Tests without $missing" "DOTNET_Enable$missing=0" "$@"
done
# script FOLDER: a script of checks; its last line says how many went well, failed, or were left out.
script() {
  echo "== $1"
  bash "tests/$1/run.sh" </dev/null 2>&1 | tee "$log"
  line=$(tail -n 1 "$log" | grep -E '^[0-9]+ passed, [0-9]+ failed, [0-9]+ skipped$')
  if [ -z "$line" ]; then
    echo "tests/$1/run.sh ended before its summary." >&2
    failed=$((failed + 1))
  else
    read -r well _ wrong _ left _ <<<"$line"
    passed=$((passed + well)) failed=$((failed + wrong)) skipped=$((skipped + left))
  fi
}

# The command as it is published, and the models of the rings by the model checker Spin.
for folder in published models; do
  [ $# -eq 0 ] && [ -f "tests/$folder/run.sh" ] && script "$folder"
done
finish
