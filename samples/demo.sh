#!/usr/bin/env bash
# ./keyhaven demo: keytool, jarsigner and TLS with keys that never leave an HSM. Each command is shown as a user would type it,
# run, and its result verified; the first thing that is not as it should be ends the demo with status 1.
# Arguments go to ./keyhaven serve. JAVA_HOME is the JDK that is used throughout.
set -eu
cd "$(dirname "$0")/.."
PATH=$JAVA_HOME/bin:$PATH

version=$(sed -n 's:.*<version>\(.*\)</version>.*:\1:p' pom.xml | head -n 1)
provider=provider/target/keyhaven-provider-$version-all.jar
samples=samples/target/keyhaven-samples-$version.jar
mkdir -p target/demo
dir=$(mktemp -d "target/demo/$(date +%H%M%S)-XXXX")
vault=$dir/vault
out=$dir/output
verified=0
token=""
started=()

finish() {
  local status=$? pid
  trap - EXIT INT TERM
  for pid in ${started[@]+"${started[@]}"}; do kill "$pid" 2>/dev/null || true; done
  for pid in ${started[@]+"${started[@]}"}; do wait "$pid" 2>/dev/null || true; done
  exit "$status"
}
trap finish EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

if [ -t 1 ]; then bold=$(printf '\033[1m') plain=$(printf '\033[0m'); else bold="" plain=""; fi

milliseconds() {
  if [ -n "${EPOCHREALTIME:-}" ]; then
    echo $((${EPOCHREALTIME//[.,]/} / 1000))
  else
    echo $((SECONDS * 1000))
  fi
}

seconds_since() { # MILLISECONDS
  local ms=$(($(milliseconds) - $1))
  printf '%d.%d s' $((ms / 1000)) $((ms % 1000 / 100))
}

step() {
  printf '\n%s%s%s\n' "$bold" "$1" "$plain"
}

failed() { # MESSAGE FILE
  echo "  FAILED: $1" >&2
  if [ -f "${2:-}" ]; then sed 's/^/    /' "$2" >&2; fi
  exit 1
}

# run COMMAND: shows the command, runs it, keeps its output in $out. No input: nothing may ask a question.
run() {
  local begin
  printf '  $ %s\n' "$1"
  begin=$(milliseconds)
  eval "$1" >"$out" 2>&1 </dev/null || failed "exit status $?" "$out"
  took=$(seconds_since "$begin")
}

# expect PATTERN WHAT: the output of the last command must have a line that matches.
expect() {
  grep -q -E -- "$1" "$out" || failed "no line '$1' in the output" "$out"
  printf '    verified: %s\n' "$2"
  verified=$((verified + 1))
}

took() {
  printf '    took %s\n' "$took"
}

# await_ready PID FILE: waits for the line that a server prints when it is ready, sets ready to it.
await_ready() {
  local tries=0
  until ready=$(grep -s '^READY ' "$2"); do
    kill -0 "$1" 2>/dev/null || failed "it did not start" "$dir/$3.log"
    tries=$((tries + 1))
    [ $tries -lt 600 ] || failed "it was not ready after a minute" "$dir/$3.log"
    sleep 0.1
  done
  ready=${ready#READY }
}

begin_all=$(milliseconds)

step "A vault with its keys in an HSM"
begin=$(milliseconds)
printf '  $ ./keyhaven serve --data %s --port 0 --hsm-port 0 %s&\n' "$vault" "${*:+$* }"
./keyhaven serve --data "$vault" --port 0 --hsm-port 0 "$@" >"$dir/serve.out" 2>"$dir/serve.log" &
started+=($!)
await_ready $! "$dir/serve.out" serve
vault_url=$ready
printf '    verified: ready at %s, took %s\n' "$vault_url" "$(seconds_since "$begin")"

# Sets calls to the number of requests that the vault has answered: one line each in its log, written after the answer.
count_vault_calls() {
  local before=-1
  calls=0
  while [ "$before" -ne "$calls" ]; do
    before=$calls
    sleep 0.2
    calls=$(grep -c -E 'AccessLog: [A-Z]+ /' "$dir/serve.log" || true)
  done
}

# The vault's own word on where a key is. (A user would use an Azure client; openssl is what the demo has anyway.)
expect_hsm_key() { # NAME KTY
  local host=${vault_url#https://}
  token=${token:-$(./keyhaven token --data "$vault")}
  {
    printf 'GET /keys/%s?api-version=7.6 HTTP/1.1\r\nHost: %s\r\n' "$1" "$host"
    printf 'Authorization: Bearer %s\r\nConnection: close\r\n\r\n' "$token"
  } | openssl s_client -quiet -verify_quiet -verify_return_error -CAfile "$vault/ca.pem" -connect "$host" \
    >"$out" 2>&1 || failed "the vault does not show the key $1" "$out"
  expect "\"kty\" *: *\"$2\"" "the vault says that $1 is $2"
}

step "1. keytool generates two keys inside the HSM"
run "./keyhaven keytool --data $vault -genkeypair -alias rsa -keyalg RSA -keysize 2048 -dname CN=localhost -ext SAN=dns:localhost"
took
expect_hsm_key rsa RSA-HSM
run "./keyhaven keytool --data $vault -genkeypair -alias ec -keyalg EC -groupname secp256r1 -dname CN=localhost -ext SAN=dns:localhost"
took
expect_hsm_key ec EC-HSM

step "2. keytool lists them"
run "./keyhaven keytool --data $vault -list -v"
took
expect '^Your keystore contains 2 entries' "two entries"
[ "$(grep -c '^Entry type: PrivateKeyEntry' "$out")" = 2 ] || failed "not both are PrivateKeyEntry" "$out"
expect '2048-bit RSA key' "a 2048-bit RSA key"
expect '256-bit EC \(secp256r1\) key' "an EC key on P-256"

step "3. jarsigner signs a jar with each, a JVM without Keyhaven verifies"
for key in rsa ec; do
  run "./keyhaven jarsigner --data $vault -signedjar $dir/$key.jar $samples $key"
  took
  expect '^jar signed' "signed with $key"
  run "./keyhaven keytool --data $vault -exportcert -rfc -alias $key -file $dir/$key.pem"
  run "keytool -importcert -noprompt -alias $key -file $dir/$key.pem -keystore $dir/trust.p12 -storepass changeit"
  run "jarsigner -verify -strict -keystore $dir/trust.p12 -storepass changeit $dir/$key.jar"
  took
  expect '^jar verified\.' "jarsigner -verify -strict accepts $key.jar"
done

step "4. A TLS server that holds no private key"
begin=$(milliseconds)
printf '  $ java -cp %s:%s org.keyhaven.samples.KeylessTlsServer %s/connection.env 0 &\n' "$samples" "$provider" "$vault"
java -cp "$samples:$provider" org.keyhaven.samples.KeylessTlsServer "$vault/connection.env" 0 \
  >"$dir/tls.out" 2>"$dir/tls.log" &
started+=($!)
await_ready $! "$dir/tls.out" tls
tls_url=$ready
tls_host=${tls_url#https://}
printf '    verified: ready at %s, took %s\n' "$tls_url" "$(seconds_since "$begin")"

# handshake COMMAND: one connection to the TLS server, which must have cost exactly one request to the vault.
handshake() {
  local before
  count_vault_calls
  before=$calls
  run "$1"
  took
  count_vault_calls
  [ $((calls - before)) -eq 1 ] || failed "the handshake took $((calls - before)) vault calls, not 1" "$dir/serve.log"
  printf '    verified: 1 vault call for this handshake\n'
  verified=$((verified + 1))
}

# The client's signature algorithms decide which of the two keys answers.
rsa_only=rsa_pss_rsae_sha256:rsa_pkcs1_sha256:rsa_pkcs1_sha384
ec_only=ecdsa_secp256r1_sha256:ecdsa_secp384r1_sha384
for protocol in tls1_3 tls1_2; do
  name=TLSv${protocol#tls}
  name=${name/_/.}
  for key in rsa ec; do
    if [ $key = rsa ]; then sigalgs=$rsa_only scheme=RSA-PSS; else sigalgs=$ec_only scheme=ECDSA; fi
    handshake "openssl s_client -connect $tls_host -servername localhost -$protocol -sigalgs $sigalgs -CAfile $dir/$key.pem -verify_return_error -verify_hostname localhost"
    expect "^New, $name, Cipher is " "openssl: $name"
    expect "^Peer signature type: $scheme" "openssl: signature scheme $scheme"
    expect "Verify return code: 0 \(ok\)" "openssl: the certificate is right"
  done
  handshake "java -cp $samples org.keyhaven.samples.TlsClient $tls_url/ $dir/trust.p12 changeit $name"
  expect "^$name " "plain Java client: $(cat "$out")"
done

step "5. Summary"
printf '  %d checks passed in %s. Two keys were made in the HSM, signed jars and served TLS, and never left it.\n' \
  "$verified" "$(seconds_since "$begin_all")"
printf '  Everything is in %s; nothing is left running.\n' "$dir"
