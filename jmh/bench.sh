#!/usr/bin/env bash
# ./keyhaven bench: starts a vault, runs the benchmarks against it, stops it. JAVA_HOME is the JDK that is used.
set -eu
cd "$(dirname "$0")/.."

# Quick: under two minutes in all, good for orders of magnitude. Full: five measured runs in each of two JVMs.
quick=(-f 1 -wi 2 -w 1s -i 3 -r 2s)
full=(-f 2 -wi 5 -w 2s -i 5 -r 5s)
runs=("${quick[@]}")
names=()
for arg in "$@"; do
  case $arg in
    --quick) runs=("${quick[@]}") ;;
    --full) runs=("${full[@]}") ;;
    -*)
      echo "keyhaven: unknown option $arg; see ./keyhaven bench --help" >&2
      exit 2
      ;;
    *) names+=("$arg") ;;
  esac
done

version=$(sed -n 's:.*<version>\(.*\)</version>.*:\1:p' pom.xml | head -n 1)
mkdir -p target/bench
dir=$(mktemp -d "target/bench/$(date +%H%M%S)-XXXX")
server=""
finish() {
  local status=$?
  trap - EXIT INT TERM
  if [ -n "$server" ]; then
    kill "$server" 2>/dev/null || true
    wait "$server" 2>/dev/null || true
  fi
  exit "$status"
}
trap finish EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

./keyhaven serve --data "$dir/vault" --port 0 --hsm-port 0 >"$dir/serve.out" 2>"$dir/serve.log" &
server=$!
until grep -q '^READY ' "$dir/serve.out"; do
  kill -0 "$server" 2>/dev/null || { cat "$dir/serve.log" >&2; exit 1; }
  sleep 0.1
done

"$JAVA_HOME/bin/java" -jar "jmh/target/keyhaven-jmh-$version.jar" ${names[@]+"${names[@]}"} "${runs[@]}" -foe true \
  -jvmArgsAppend "-Dkeyhaven.bench.connection=$dir/vault/connection.env" -rf json -rff target/bench/jmh.json
