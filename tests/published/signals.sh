#!/usr/bin/env bash
# One SIGTERM or SIGINT ends a run in order, with 0, at whatever moment from the first on: while it is the native executable's, while that hands it over to the managed build, and while that one starts.
# Signals are sent at varied moments until enough of each were met. Usage: tests/published/signals.sh EXECUTABLE
set -um # without job control, bash lets its children ignore SIGINT
native=$(realpath "$1")
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
mkfifo "$folder/events"
exec 3<>"$folder/events" # somebody writes, and never ends
cat >"$folder/pipeline.yaml" <<YAML
stream_settings:
  stream_input: "file:$folder/events"
  stream_output: {main: {uri: "file:$folder/out"}}
  input_format: csv
  output_format: csv
  schema: {device: text, value: float64}
modules: []
YAML
enough=4 most=400
# Whoever started us in the background of a script may have had SIGINT ignored, for good: then all are SIGTERM.
second=2
while read -r word mask; do
  [ "$word" != SigIgn: ] || [ $((0x$mask & 2)) -eq 0 ] || second=15
done </proc/$$/status
before=0 amid=0 # signals that the native executable had when the managed build began, and that this one had before it listened

# waits PID: whether the process is one of ours and its signals wait; which it is, is in $program.
waits() {
  local word mask
  program=$(readlink "/proc/$1/exe")
  [ "$program" = "$native" ] || [ "$program" = "$native-managed" ] || return 1
  while read -r word mask; do
    [ "$word" = SigBlk: ] && return $((!(0x$mask & 0x4000)))
  done <"/proc/$1/status"
  return 1
}

for ((round = 0; round < most && (before < enough || amid < enough); round++)); do
  signal=$((round % 2 ? second : 15)) # SIGINT, SIGTERM
  "$native" run <(cat "$folder/pipeline.yaml") --no-progress </dev/null >"$folder/said" 2>&1 & # through a pipe: the managed build's
  process=$!
  until waits $process || [ "$program" = "$native-managed" ] || ! kill -0 $process; do :; done 2>/dev/null
  # Every third one at once; the others when the managed build is there, and up to some hundred looks later.
  if [ $((round % 3)) -ne 0 ]; then
    while [ "$(readlink /proc/$process/exe)" = "$native" ]; do :; done
    for ((look = RANDOM % 400; look > 0; look--)); do :; done
  fi
  if waits $process 2>/dev/null; then
    if [ "$program" = "$native" ]; then before=$((before + 1)); else amid=$((amid + 1)); fi
  fi
  kill -$signal $process
  wait $process
  ended=$?
  if [ $ended -ne 0 ]; then
    echo "signal $signal in round $round, when it was $program, ended with $ended: $(cat "$folder/said")"
    exit 1
  fi
done
# A plan that waits for its columns: the second signal ends the native executable at once.
mkfifo "$folder/unwritten"
exec 4<>"$folder/unwritten"
sed -e "s|/events|/unwritten|" -e "s/input_format: csv/input_format: avro/" -e "/schema:/d" "$folder/pipeline.yaml" >"$folder/planning.yaml"
"$native" run "$folder/planning.yaml" --no-progress </dev/null >"$folder/said" 2>&1 &
process=$!
until waits $process 2>/dev/null || ! kill -0 $process 2>/dev/null; do :; done
last=$((SECONDS + 60))
while waits $process 2>/dev/null && [ $SECONDS -lt $last ]; do :; done
kill -15 $process
kill -$second $process
while kill -0 $process 2>/dev/null && [ $SECONDS -lt $last ]; do :; done
kill -9 $process 2>/dev/null
wait $process
ended=$?
if [ $ended -ne 130 ]; then
  echo "two signals to a plan that waits for its columns: it ended with $ended: $(cat "$folder/said")"
  exit 1
fi
echo "signals: $before to the native executable, $amid to the managed build before it listened, of $round"
[ "$before" -ge "$enough" ] && [ "$amid" -ge "$enough" ]
