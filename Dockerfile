# Another registry's copies, where Microsoft's is out of reach: --build-arg SDK_IMAGE=… --build-arg RUNTIME_IMAGE=…
ARG SDK_IMAGE=mcr.microsoft.com/dotnet/sdk:10.0
ARG RUNTIME_IMAGE=mcr.microsoft.com/dotnet/aspnet:10.0

FROM ${SDK_IMAGE} AS build
WORKDIR /source

# Packages change more seldom than code: this layer is kept until one does. The first restore holds every package to the hash in
# the lock files; the second adds what ahead-of-time compilation for this machine needs.
COPY .editorconfig Directory.*.props global.json ./
COPY eng/ eng/
COPY src/Api/Api.csproj src/Api/packages.lock.json src/Api/
COPY src/Application/Application.csproj src/Application/packages.lock.json src/Application/
COPY src/Domain/Domain.csproj src/Domain/packages.lock.json src/Domain/
COPY src/Infrastructure/Infrastructure.csproj src/Infrastructure/packages.lock.json src/Infrastructure/
RUN dotnet restore src/Api --locked-mode \
    && dotnet restore src/Api --use-current-runtime -p:PublishReadyToRun=true

COPY src/ src/
RUN dotnet publish src/Api -c Release -o /app --no-restore --use-current-runtime --no-self-contained -p:PublishReadyToRun=true


FROM ${RUNTIME_IMAGE}
COPY --from=build /app /app

# Only the volume is written to: no diagnostics socket in /tmp, and a listening address from the command line alone.
ENV PATH="/app:${PATH}" \
    ASPNETCORE_HTTP_PORTS= \
    DOTNET_EnableDiagnostics=0

RUN install -d -o $APP_UID -g $APP_UID -m 0750 /pywharf-root
USER $APP_UID
WORKDIR /pywharf-root
VOLUME /pywharf-root
EXPOSE 8888
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=30s --timeout=5s --start-period=15s CMD ["pywharf", "health"]

# `docker run IMAGE server /pywharf-root …`, or no argument and PYWHARF_COMMAND=server, PYWHARF_COMMAND_ROOT=/pywharf-root, …
ENTRYPOINT ["pywharf"]
