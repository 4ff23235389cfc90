#!/bin/sh
# docker-compose.yml as its own client reads it.  check_compose.sh ROOT
set -eu
cd "$1"
if docker compose version >/dev/null 2>&1; then
	docker compose config --quiet
elif docker-compose version >/dev/null 2>&1; then
	docker-compose config --quiet
else
	echo "skipped: no docker compose client is installed"
	exit 0
fi
echo "docker-compose.yml holds"
