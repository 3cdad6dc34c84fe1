#!/usr/bin/env bash
# A real Slurm of two virtual nodes on this machine, for trying profiles/slurm: cluster.sh start FOLDER | stop FOLDER.
# Needs root and Debian's packages slurm-wlm and munge. Everything listens on this machine only and lives in FOLDER,
# but for slurm.conf: the plugin's jobs read /etc/slurm. It is taken away at the stop, since each start of Snakemake
# would otherwise wait for a controller that is not there.
set -euo pipefail
action=${1:?start or stop} folder=$(realpath --canonicalize-missing "${2:?a folder}")

stop() {
    for pidfile in "$folder"/*.pid; do
        [ -e "$pidfile" ] && kill "$(cat "$pidfile")" 2>/dev/null || true
    done
    rm -f /etc/slurm/slurm.conf /etc/slurm/gres.conf /etc/slurm/cgroup.conf
}

start() {
    local host
    host=$(hostname -s)
    if [ -e /etc/slurm/slurm.conf ]; then
        echo "found /etc/slurm/slurm.conf: this machine has a Slurm already; stop it or remove the file" >&2
        exit 1
    fi
    mkdir -p "$folder"/{state,spool} /etc/slurm
    install -d -o munge -g munge -m 755 /run/munge
    install -d -o munge -g munge -m 711 /var/lib/munge
    install -d -o munge -g munge -m 700 /var/log/munge /etc/munge
    if [ ! -s /etc/munge/munge.key ]; then
        dd if=/dev/urandom of=/etc/munge/munge.key bs=1024 count=1 status=none
    fi
    chown munge:munge /etc/munge/munge.key
    chmod 400 /etc/munge/munge.key
    munge -n >/dev/null 2>&1 || runuser -u munge -- /usr/sbin/munged --pid-file /run/munge/munged.pid
    for gpu in 1 2; do
        [ -e "$folder/gpu$gpu" ] || mknod "$folder/gpu$gpu" c 1 3
    done
    cat >/etc/slurm/cgroup.conf <<<"CgroupAutomount=no"
    cat >/etc/slurm/gres.conf <<EOF
NodeName=n1 Name=gpu File=$folder/gpu1
NodeName=n2 Name=gpu File=$folder/gpu2
EOF
    cat >/etc/slurm/slurm.conf <<EOF
ClusterName=test
SlurmctldHost=$host(127.0.0.1)
SlurmUser=root
SlurmdUser=root
AuthType=auth/munge
StateSaveLocation=$folder/state
SlurmdSpoolDir=$folder/spool/%n
SlurmctldPidFile=$folder/slurmctld.pid
SlurmdPidFile=$folder/slurmd.%n.pid
SlurmctldLogFile=$folder/slurmctld.log
SlurmdLogFile=$folder/slurmd.%n.log
SlurmdParameters=config_overrides
CommunicationParameters=NoInAddrAny,NoCtldInAddrAny
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
SelectType=select/cons_tres
SelectTypeParameters=CR_Core_Memory
SchedulerParameters=batch_sched_delay=1,sched_interval=5,bf_interval=5
JobAcctGatherType=jobacct_gather/none
AccountingStorageType=accounting_storage/none
ReturnToService=2
MinJobAge=300
KillWait=5
SlurmdTimeout=60
GresTypes=gpu
NodeName=n1 NodeHostname=$host NodeAddr=127.0.0.1 Port=17001 CPUs=2 RealMemory=40000 Gres=gpu:1
NodeName=n2 NodeHostname=$host NodeAddr=127.0.0.1 Port=17002 CPUs=2 RealMemory=40000 Gres=gpu:1
PartitionName=cpu Nodes=n1,n2 Default=YES MaxTime=INFINITE State=UP
PartitionName=gpu Nodes=n1,n2 MaxTime=INFINITE State=UP
EOF
    slurmctld -c
    slurmd -N n1
    slurmd -N n2
    for _ in $(seq 50); do
        [ "$(sinfo -h -t idle -o %D 2>/dev/null | head -1)" = 2 ] && return
        sleep 0.2
    done
    sinfo >&2
    tail -n 5 "$folder"/*.log >&2
    exit 1
}

case $action in
    start) start ;;
    stop) stop ;;
    *) echo "found '$action'; allowed: start, stop" >&2; exit 2 ;;
esac
