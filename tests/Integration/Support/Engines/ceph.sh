#!/usr/bin/env bash
# ceph.sh FOLDER PORT MONITOR_PORT MONITOR_PORT ACCESS_KEY SECRET_KEY: Ceph's object gateway on a port of the loopback, with a monitor and an OSD in
# memory. Needs ceph-mon, ceph-osd, ceph-common and radosgw. Says "ready" when it answers; ends, with all that it started, when its standard input does.
set -euo pipefail
folder=$1 port=$2 monitor2=$3 monitor1=$4 access=$5 secret=$6
export CEPH_CONF=$folder/ceph.conf
trap 'kill -9 $(jobs -p) 2>/dev/null || true; rm -rf "$folder"' EXIT
mkdir -p "$folder"/{mon,osd,rgw,run}
cluster=$(cat /proc/sys/kernel/random/uuid) osd=$(cat /proc/sys/kernel/random/uuid)
cat >"$CEPH_CONF" <<CONF
[global]
fsid = $cluster
mon host = [v2:127.0.0.1:$monitor2,v1:127.0.0.1:$monitor1]
public network = 127.0.0.0/8
cluster network = 127.0.0.0/8
public addr = 127.0.0.1
ms bind ipv6 = false
keyring = $folder/keyring
run dir = $folder/run
admin socket = $folder/run/\$name.asok
log file = $folder/\$name.log
mon cluster log file = $folder/cluster.log
crash dir = $folder/crash
pid file = $folder/run/\$name.pid
max open files = 0
osd pool default size = 1
osd pool default min size = 1
osd pool default pg num = 8
osd pool default pgp num = 8
osd pool default pg autoscale mode = off
osd crush chooseleaf type = 0
mon allow pool size one = true
mon max pg per osd = 1000
mon data avail warn = 1
mon data avail crit = 1
mon initial members = a
paxos propose interval = 0.05
paxos min wait = 0.01
auth allow insecure global id reclaim = false
[mon]
mon data = $folder/mon
[mon.a]
host = localhost
[osd]
osd data = $folder/osd
osd objectstore = memstore
memstore device bytes = 4294967296
osd max object name len = 460
osd max object namespace len = 64
osd class load list = *
osd class default list = *
[client.rgw]
rgw data = $folder/rgw
rgw frontends = beast endpoint=127.0.0.1:$port tcp_nodelay=1
rgw enable usage log = false
rgw enable ops log = false
rgw run sync thread = false
rgw thread pool size = 64
rgw dynamic resharding = false
rgw override bucket index max shards = 1
rgw gc processor period = 3600
debug rgw = 0
CONF
{
  ceph-authtool "$folder/keyring" --create-keyring --gen-key -n mon. --cap mon 'allow *'
  ceph-authtool "$folder/keyring" --gen-key -n client.admin --cap mon 'allow *' --cap osd 'allow *' --cap mgr 'allow *' --cap mds 'allow *'
  ceph-authtool "$folder/keyring" --gen-key -n osd.0 --cap mon 'allow profile osd' --cap osd 'allow *' --cap mgr 'allow profile osd'
  ceph-authtool "$folder/keyring" --gen-key -n client.rgw --cap mon 'allow rw' --cap osd 'allow rwx' --cap mgr 'allow rw'
  monmaptool --create --clobber --fsid "$cluster" --addv a "[v2:127.0.0.1:$monitor2,v1:127.0.0.1:$monitor1]" "$folder/monmap"
  ceph-mon --mkfs -i a --monmap "$folder/monmap" -k "$folder/keyring"
} >"$folder/setup.log" 2>&1
ceph-mon -i a -f >"$folder/mon.out" 2>&1 </dev/null &
timeout 60 ceph osd new "$osd" >>"$folder/setup.log" 2>&1
ceph-osd -i 0 --mkfs --osd-uuid "$osd" >>"$folder/setup.log" 2>&1
ceph-osd -i 0 -f >"$folder/osd.out" 2>&1 </dev/null &
radosgw-admin -n client.rgw user create --uid=tests --display-name=tests --access-key="$access" --secret-key="$secret" >>"$folder/setup.log" 2>&1
radosgw -n client.rgw -f >"$folder/rgw.out" 2>&1 </dev/null &
for _ in $(seq 600); do
  if (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null; then echo ready; break; fi
  sleep 0.1
done
cat >/dev/null # until the end of the standard input
