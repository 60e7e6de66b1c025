# Another registry's copies, where Microsoft's is out of reach: --build-arg SDK_IMAGE=… --build-arg RUNTIME_IMAGE=…
# The runtime image is Ubuntu without a shell and a package manager; for one with them: RUNTIME_IMAGE=mcr.microsoft.com/dotnet/aspnet:10.0
ARG SDK_IMAGE=mcr.microsoft.com/dotnet/sdk:10.0
ARG RUNTIME_IMAGE=mcr.microsoft.com/dotnet/aspnet:10.0-noble-chiseled
ARG VERSION=1.2.0

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
# The commit, which the clone would tell that is not in the build: --build-arg REVISION="$(git rev-parse HEAD)"
ARG REVISION
RUN dotnet publish src/Api -c Release -o /app --no-restore --use-current-runtime --no-self-contained -p:PublishReadyToRun=true -p:SourceRevisionId=$REVISION

ARG VERSION
RUN [ "$(/app/pywharf --version)" = "pywharf $VERSION" ] || { echo "This is $(/app/pywharf --version), and not VERSION=$VERSION." >&2; exit 1; }
RUN install -d /empty


FROM ${RUNTIME_IMAGE}
COPY --from=build /app /app
COPY --from=build --chown=$APP_UID:$APP_UID /empty /pywharf-root

# Only the volume is written to: no diagnostics socket in /tmp, and a listening address from the command line alone.
ENV PATH="/app:${PATH}" \
    ASPNETCORE_HTTP_PORTS= \
    DOTNET_EnableDiagnostics=0

USER $APP_UID
WORKDIR /pywharf-root
VOLUME /pywharf-root
EXPOSE 8888
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=30s --timeout=5s --start-period=15s CMD ["pywharf", "health"]

# `docker run IMAGE server /pywharf-root …`, or no argument and PYWHARF_COMMAND=server, PYWHARF_COMMAND_ROOT=/pywharf-root, …
ENTRYPOINT ["pywharf"]

ARG VERSION REVISION RUNTIME_IMAGE
LABEL org.opencontainers.image.title="pywharf" \
      org.opencontainers.image.description="A private PyPI server" \
      org.opencontainers.image.licenses="MIT" \
      org.opencontainers.image.url="https://github.com/pywharf/pywharf" \
      org.opencontainers.image.source="https://github.com/pywharf/pywharf" \
      org.opencontainers.image.documentation="https://github.com/pywharf/pywharf/blob/v${VERSION}/docs/install.md" \
      org.opencontainers.image.version="${VERSION}" \
      org.opencontainers.image.revision="${REVISION}" \
      org.opencontainers.image.base.name="${RUNTIME_IMAGE}"
