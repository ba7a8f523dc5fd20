#!/bin/sh
# In a source checkout: builds gpuq the first time, and then is q.
set -eu

root=$(cd "$(dirname "$(readlink -f "$0")")" && pwd -P)
dist=$root/cli/target/gpuq

if [ ! -e "$dist/complete" ]; then
    jdk=$("$root/cli/src/main/dist/libexec/gpuq/find-java")
    mkdir -p "$root/cli/target"
    # Two people's first q at the same time: one builds, the other waits.
    exec 9>"$root/cli/target/build.lock"
    if command -v flock >/dev/null 2>&1; then
        flock 9
    fi
    if [ ! -e "$dist/complete" ]; then
        echo "gpuq: building it, once (about a minute; the first time Maven also fetches its libraries) ..." >&2
        log=$root/cli/target/build.log
        if ! (cd "$root" && JAVA_HOME=$jdk ./mvnw -B -ntp -Dmaven.test.skip=true -Ddependency.analyze.skip=true package) \
            9>&- >"$log" 2>&1 </dev/null; then
            grep -E '^gpuq:|ERROR' "$log" | head -n 20 >&2
            echo "gpuq: the build failed; all of its output is in $log" >&2
            exit 1
        fi
        echo "gpuq: built." >&2
    fi
    exec 9>&-
fi

exec "$dist/bin/q" "$@"
