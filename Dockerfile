# The command `datastream` in an image of its own: docker build -t datastream .
FROM mcr.microsoft.com/dotnet/sdk:10.0 AS build
WORKDIR /source
COPY . .
RUN dotnet publish src/Engine.Host -c Release -v quiet --nologo -o /app

FROM mcr.microsoft.com/dotnet/runtime:10.0
# The image's own user: the engine needs no rights but to its files.
USER $APP_UID
WORKDIR /data
COPY --from=build /app /app
ENTRYPOINT ["dotnet", "/app/datastream.dll"]
