#!/usr/bin/env bash
# A real Slurm of two virtual nodes on this machine, for trying profiles/slurm: cluster.sh start FOLDER | stop FOLDER.
# Needs root and Debian's packages slurm-wlm and munge. Everything listens on this machine only and lives in FOLDER,
# but for slurm.conf: the plugin's jobs read /etc/slurm. It is taken away at the stop, since each start of Snakemake
# would otherwise wait for a controller that is not there.
set -euo pipefail
action=${1:?start or stop} folder=$(realpath --canonicalize-missing "${2:?a folder}")

stop() {
    if [ -e /etc/slurm/slurm.conf ] && ! grep --quiet --line-regexp "StateSaveLocation=$folder/state" /etc/slurm/slurm.conf; then
        echo "found /etc/slurm/slurm.conf: it is not that of the cluster in $folder" >&2
        exit 1
    fi
    # Jobs go first, and their processes with them: who would end them when the nodes are gone?
    if [ -e "$folder/slurmctld.pid" ] && timeout 10 scancel --user "$(id -un)" 2>/dev/null; then
        for _ in $(seq 50); do
            [ -z "$(timeout 10 squeue -h 2>/dev/null)" ] && break
            sleep 0.2
        done
    fi
    for pidfile in "$folder"/*.pid; do
        [ -e "$pidfile" ] && kill "$(cat "$pidfile")" 2>/dev/null || true
        rm -f "$pidfile"
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
    if ! munge -n >/dev/null 2>&1; then
        runuser -u munge -- /usr/sbin/munged --pid-file /run/munge/munged.pid
        cp /run/munge/munged.pid "$folder/munged.pid"
    fi
    for gpu in 1 2 3 4; do
        [ -e "$folder/gpu$gpu" ] || mknod "$folder/gpu$gpu" c 1 3
    done
    cat >/etc/slurm/cgroup.conf <<<"CgroupAutomount=no"
    cat >/etc/slurm/gres.conf <<END
NodeName=n1 Name=gpu File=$folder/gpu[1-2]
NodeName=n2 Name=gpu File=$folder/gpu[3-4]
END
    # cred_expire: a job that is requeued waits for so many seconds (Slurm's default is 120).
    # SlurmdTimeout: a node that is silent for so long is down. CR_LLN: jobs spread over the nodes.
    cat >/etc/slurm/slurm.conf <<END
ClusterName=test
SlurmctldHost=$host(127.0.0.1)
SlurmUser=root
SlurmdUser=root
AuthType=auth/munge
AuthInfo=cred_expire=5
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
SelectTypeParameters=CR_Core_Memory,CR_LLN
SchedulerParameters=batch_sched_delay=1,sched_interval=5,bf_interval=5
JobAcctGatherType=jobacct_gather/none
AccountingStorageType=accounting_storage/none
ReturnToService=2
MinJobAge=300
KillWait=5
SlurmdTimeout=10
GresTypes=gpu
NodeName=n1 NodeHostname=$host NodeAddr=127.0.0.1 Port=17001 CPUs=2 RealMemory=40000 Gres=gpu:2
NodeName=n2 NodeHostname=$host NodeAddr=127.0.0.1 Port=17002 CPUs=2 RealMemory=40000 Gres=gpu:2
PartitionName=cpu Nodes=n1,n2 Default=YES MaxTime=INFINITE State=UP
PartitionName=gpu Nodes=n1,n2 MaxTime=INFINITE State=UP
END
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
