# plauditd and plaudit on Debian bookworm: built in one stage, run in another without a compiler.
FROM debian:bookworm-slim AS build
RUN apt-get update && DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends \
	gcc libc6-dev cmake ninja-build pkg-config \
	libuv1-dev libpq-dev libssl-dev libcjson-dev libcurl4-openssl-dev libutf8proc-dev libuchardet-dev libgmime-3.0-dev \
	libzip-dev libexpat1-dev zlib1g-dev libxlsxwriter-dev libglib2.0-dev \
	r-mathlib node-llhttp \
	&& rm -rf /var/lib/apt/lists/*
COPY . /src
RUN cmake -S /src --preset release -B /build \
	&& cmake --build /build --target plauditd plaudit \
	&& install -D -t /out/usr/bin /build/server/app/plauditd /build/clients/cli/plaudit

FROM debian:bookworm-slim
RUN apt-get update && DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends \
	ca-certificates libuv1 libpq5 libssl3 libcjson1 libcurl4 libutf8proc2 libuchardet0 libgmime-3.0-0 \
	libzip4 libexpat1 zlib1g libxlsxwriter4 libglib2.0-0 tzdata \
	&& rm -rf /var/lib/apt/lists/* \
	&& useradd --system --uid 10001 --user-group --no-create-home --shell /usr/sbin/nologin plaudit \
	&& install -d -o plaudit -g plaudit -m 700 /var/lib/plaudit
COPY --from=build /out /
COPY programmes /usr/share/plaudit/programmes
USER 10001:10001
ENV PLAUDIT_HOST=0.0.0.0
EXPOSE 8080
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=10s --timeout=3s --start-period=10s --retries=3 \
	CMD ["/usr/bin/plauditd", "healthcheck"]
ENTRYPOINT ["/usr/bin/plauditd"]
CMD ["serve"]
