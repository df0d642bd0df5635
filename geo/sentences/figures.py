"""Sentences about figures of many cities and the cluster that computes them."""

from __future__ import annotations

SENTENCES: dict[str, tuple[str, str]] = {
    "cluster_package": (
        "没有安装 distributed，不能在集群上计算。请运行 pip install -r requirements-cluster.txt，"
        "或不填 XINGHUO_CLUSTER，在本机计算。",
        "distributed is not installed. Run pip install -r requirements-cluster.txt, or leave "
        "XINGHUO_CLUSTER empty to compute here.",
    ),
    "cluster_address": (
        "集群 {address} 没有应答（{reason}）。请核对 XINGHUO_CLUSTER 和调度器是否在运行，"
        "或不填它，在本机计算。",
        "the cluster {address} does not answer ({reason}). Check XINGHUO_CLUSTER and whether the "
        "scheduler runs, or leave it empty to compute here.",
    ),
    "cluster_gone": (
        "这个城市没有算：集群中断了，或没有可用的工作进程。请重启集群，再运行一次。",
        "this city was not computed: the cluster has gone or has no workers left. Start it anew "
        "and run again.",
    ),
    "city_failed": (
        "这个城市没有算成（{reason}）。请核对它的数据文件夹，再单独运行一次。",
        "this city failed ({reason}). Check its data folder and run it alone.",
    ),
    "city_lost": (
        "这个城市没有算成：计算它的进程多次中断，可能是内存不够。请给集群更多内存，再单独运行一次。",
        "this city failed: its workers were lost again and again, perhaps for lack of memory. Give "
        "the cluster more memory and run it alone.",
    ),
}
