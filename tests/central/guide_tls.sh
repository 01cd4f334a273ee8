#!/usr/bin/env bash
# DEPLOYING.md, step 4, as written: nginx in front of a central, TLS by certbot and its renewal, then by Caddy. The authority is
# pebble (RFC 8555), in a network and mounts of their own. Usage: unshare --net --mount --pid --fork guide_tls.sh FOLDER REPO PYTHON
# Prints one line a step; what the programs say lies in FOLDER.
set -euo pipefail
at=$1 repo=$2 python=$3 name=valise.example.org
export PATH=$PATH:/usr/sbin:/sbin
ip link set lo up
block() { awk -v kind="\`\`\`$1" '$0==kind{on=1;next}/^```/{on=0}on' "$repo/DEPLOYING.md"; }
wait_for() { for _ in $(seq 150); do "$@" >/dev/null 2>&1 && return; sleep 0.2; done; echo "never: $*" >&2; return 1; }

mkdir -p "$at"/{etc,certbot,work,log}
cp -r /etc/nginx "$at/etc/"
mount --bind "$at/etc/nginx" /etc/nginx
rm -f /etc/nginx/sites-enabled/*
block nginx >/etc/nginx/sites-available/valise
ln -s ../sites-available/valise /etc/nginx/sites-enabled/valise

openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 9 -subj /CN=pebble \
  -addext subjectAltName=IP:127.0.0.1 -keyout "$at/authority.key" -out "$at/authority.pem" 2>/dev/null
cat >"$at/pebble.json" <<JSON
{"pebble": {"listenAddress": "127.0.0.1:14000", "managementListenAddress": "127.0.0.1:15000",
  "certificate": "$at/authority.pem", "privateKey": "$at/authority.key", "httpPort": 80, "tlsPort": 443}}
JSON
pebble-challtestsrv -dns01 127.0.0.1:8053 -http01 "" -https01 "" -tlsalpn01 "" -management 127.0.0.1:8055 \
  -defaultIPv4 127.0.0.1 -defaultIPv6 "" >"$at/dns.log" 2>&1 &
PEBBLE_VA_NOSLEEP=1 pebble -config "$at/pebble.json" -dnsserver 127.0.0.1:8053 >"$at/pebble.log" 2>&1 &
(cd "$repo" && "$python" -m kit.cli --data "$at/central" central serve --port 8091) >"$at/central.log" 2>&1 &
wait_for curl -s http://127.0.0.1:8091/
wait_for curl -sk https://127.0.0.1:15000/roots/0
curl -sk https://127.0.0.1:15000/roots/0 >"$at/root.pem"
nginx

ask=(curl -s --resolve "$name:443:127.0.0.1" --resolve "$name:80:127.0.0.1" --cacert "$at/root.pem" -o /dev/null)
served() { echo | openssl s_client -connect 127.0.0.1:443 -servername "$name" 2>/dev/null | openssl x509 -noout -serial; }
certbot=(certbot --config-dir "$at/certbot" --work-dir "$at/work" --logs-dir "$at/log" -n
  --server https://127.0.0.1:14000/dir --no-verify-ssl)
"${certbot[@]}" --nginx -d "$name" --agree-tos --register-unsafely-without-email >"$at/certbot.log" 2>&1
"${ask[@]}" -w 'certbot: %{http_code} over TLS\n' "https://$name/connexion"
"${ask[@]}" -w 'certbot: %{http_code} to %{redirect_url}\n' "http://$name/connexion"
first=$(served)
"${certbot[@]}" renew --force-renewal --no-random-sleep-on-renew >>"$at/certbot.log" 2>&1
sleep 1 # nginx takes it up in its own time
[ "$first" != "$(served)" ] && echo "certbot: renewed, and served"
"${ask[@]}" -w 'certbot: %{http_code} after renewal\n' "https://$name/connexion"
nginx -s stop
wait_for bash -c '! curl -s -o /dev/null http://127.0.0.1/'

{ printf '{\n  acme_ca https://127.0.0.1:14000/dir\n  acme_ca_root %s\n  admin off\n}\n' "$at/authority.pem"; block caddy; } >"$at/Caddyfile"
XDG_DATA_HOME=$at/caddy XDG_CONFIG_HOME=$at/caddy caddy run --config "$at/Caddyfile" --adapter caddyfile >"$at/caddy.log" 2>&1 &
wait_for "${ask[@]}" "https://$name/connexion"
"${ask[@]}" -w 'caddy: %{http_code} over TLS\n' "https://$name/connexion"
"${ask[@]}" -w 'caddy: %{http_code} to %{redirect_url}\n' "http://$name/connexion"
