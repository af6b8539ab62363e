#!/usr/bin/env bash
# Sets up what is missing, builds the command `datastream` and runs the main sample: a machine's temperature, cleaned, in hourly windows, its
# outliers flagged. With arguments it runs `datastream` with them instead: ./run.sh check config/config.yaml
set -eu
cd "$(dirname "$0")"
. tools/sdk.sh

built=artifacts/publish/datastream/datastream native=artifacts/publish/native/datastream stamp=artifacts/publish/stamp

publish() {
  "$DOTNET" publish src/Engine.Host -c Release -v quiet --nologo -clp:NoSummary "$@"
}

build() {
  # Compiled ahead it starts in half the time; that needs one more package, so a machine without it gets the plain build.
  case $(uname -s)-$(uname -m) in
    Linux-x86_64) rid=linux-x64 ;;
    Linux-aarch64) rid=linux-arm64 ;;
    Darwin-arm64) rid=osx-arm64 ;;
    Darwin-x86_64) rid=osx-x64 ;;
    *) rid= ;;
  esac

  echo "Building datastream into artifacts/publish/datastream; NuGet packages go into NuGet's own cache." >&2
  log=$(mktemp)
  if [ -z "$rid" ] || ! publish -o "${built%/*}" -r "$rid" --self-contained false -p:PublishReadyToRun=true >"$log" 2>&1; then
    publish -o "${built%/*}" >&2
  fi

  # Native code starts in a tenth of the time. It takes the name; the managed build stays beside it for what that leaves out (docs/PERFORMANCE.md).
  # Without a linker, or its package, all stays as it is.
  if [ "$rid" = linux-x64 ] && publish -o "${native%/*}" -r "$rid" -p:PublishAot=true -p:NoBuild=true >"$log" 2>&1; then
    mv -f "$built" "$built-managed"
    cp "$native" "$built"
  else
    rm -f "$built-managed"
    [ "$rid" != linux-x64 ] || echo "No native code: $(tail -n 1 "$log") (delete $stamp to try again)" >&2
  fi
  rm -f "$log"
}

# What the command is built from: the content of each file, and the linkers that there are.
list() {
  find src tools run.sh global.json Directory.*.props -type f -exec cksum {} + 2>/dev/null | LC_ALL=C sort
  command -v clang gcc || true
}

# Built again only when that has changed.
before=$(list)
if [ ! -x "$built" ] || [ ! -e "$stamp" ] || [ "$before" != "$(cat "$stamp")" ]; then
  build
  echo "$before" >"$stamp"
fi

if [ $# -gt 0 ]; then
  exec "$built" "$@"
fi
exec "$built" run samples/machine-temperature/pipeline.yaml
