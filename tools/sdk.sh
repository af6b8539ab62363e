# Sourced by run.sh and test.sh: sets DOTNET to a .NET SDK that satisfies global.json.
# The one on PATH is taken when it fits, then one installed here before (.dotnet), then a new one in .dotnet where the network allows.

export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1 DOTNET_SKIP_FIRST_TIME_EXPERIENCE=1
# Build servers would outlive the script and hold its output open.
export MSBUILDDISABLENODEREUSE=1 DOTNET_CLI_USE_MSBUILD_SERVER=0

wanted_sdk=$(sed -n 's/.*"version": *"\([0-9.]*\)".*/\1/p' global.json | head -n 1)

fits() { "$1" --version >/dev/null 2>&1; }

if command -v dotnet >/dev/null 2>&1 && fits dotnet; then
  DOTNET=dotnet
elif [ -x .dotnet/dotnet ] && fits ./.dotnet/dotnet; then
  DOTNET=$PWD/.dotnet/dotnet
else
  installer=$(mktemp)
  trap 'rm -f "$installer"' EXIT
  echo "Installing the .NET SDK $wanted_sdk into ./.dotnet (about 250 MB): no SDK on PATH satisfies global.json." >&2
  source_of_installer=https://dot.net/v1/dotnet-install.sh
  if { curl -fsSL --retry 2 --max-time 60 -o "$installer" "$source_of_installer" || wget -q -T 60 -O "$installer" "$source_of_installer"; } 2>/dev/null &&
    bash "$installer" --version "$wanted_sdk" --install-dir "$PWD/.dotnet" --no-path >&2 && fits ./.dotnet/dotnet; then
    DOTNET=$PWD/.dotnet/dotnet
  else
    echo "The .NET SDK $wanted_sdk or a later 10.0 SDK is needed and could not be downloaded." >&2
    echo "Install it (https://dotnet.microsoft.com/download/dotnet/10.0), put 'dotnet' on PATH, and run this again." >&2
    exit 1
  fi
fi

if [ "$DOTNET" != dotnet ]; then
  DOTNET_ROOT=${DOTNET%/dotnet}
  PATH=$DOTNET_ROOT:$PATH
  export DOTNET_ROOT PATH
fi

# In CI the lock files decide; on a developer's machine they follow the projects.
restore() {
  echo "Restoring the NuGet packages named in Directory.Packages.props into NuGet's own cache." >&2
  if [ "${CI:-}" = true ]; then
    "$DOTNET" restore DataStream.sln --locked-mode -v quiet
  else
    "$DOTNET" restore DataStream.sln -v quiet
  fi
}
